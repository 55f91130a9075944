/** Many rooms end at one second while others talk: what docs/PROTOCOL.md §6.2 does then, and what the talkers notice of it. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../server/db/client.ts';
import { openKeyring } from '../../server/keyring/file-keyring.ts';
import type { Connection } from '../connection.ts';
import type { Ours } from '../stage.ts';
import { percentile } from '../statistics.ts';
import { enterAll, talk } from '../workloads/talk.ts';
import type { Tries } from './door.ts';
import { tryDoors } from './door.ts';
import type { Amount, EndingRooms, Store } from './ending-rooms.ts';
import { makeEndingRooms, unixSeconds } from './ending-rooms.ts';
import { hasRoomRows, hasRows, recordsLeft, sinceEnd } from './watch.ts';

export type EndingScale = Amount & {
	readonly talkingRooms: number;
	/** Before the end: from the last message of the rooms that end, to warm up, and counted. Seconds. */
	readonly leadSeconds: number;
	readonly warmSeconds: number;
	readonly beforeSeconds: number;
};

export type Heard = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/** Times: milliseconds since the end; `null`: it did not happen. */
export type Ending = {
	readonly keysZeroMs: number | null;
	readonly roomsGoneMs: number | null;
	readonly rowsGoneMs: number | null;
	readonly tries: Tries;
	readonly before: Heard;
	readonly during: Heard;
	readonly lost: number;
	readonly doubled: number;
};

const people = 5;

export async function runEnding(ours: Ours, scale: EndingScale): Promise<Ending> {
	const keyringDir = path.join(ours.dataDir, 'keyring');
	const keyring = await openKeyring(keyringDir);
	const db = openDatabase(ours.databaseUrl, { max: 2 });
	try {
		const crowds = await enterAll(ours.system, await ours.system.openRooms(scale.talkingRooms), people);
		const ending = await makeReady({ sql: db.sql, keyring }, keyringDir, scale);
		const watched = watch({ sql: db.sql, keyringDir }, ending);
		const [times, tries, talked] = await Promise.all([
			watched,
			tryDoors(ours, ending, watched),
			talkThrough(ours, crowds, scale, ending, watched)
		]);
		return { ...times, tries, ...talked };
	} finally {
		await db.close();
		await keyring.close();
	}
}

/** Resolves when the talking has to begin. */
async function makeReady(store: Store, keyringDir: string, scale: EndingScale): Promise<EndingRooms> {
	const ending = await makeEndingRooms(store, scale, scale.leadSeconds);
	const left = await recordsLeft(keyringDir, ending);
	if (left !== scale.rooms) throw new Error(`endings: expected ${scale.rooms} keys in the file, found ${left}`);
	const begins = ending.endsAt - scale.beforeSeconds - scale.warmSeconds;
	if (unixSeconds() > begins) throw new Error('endings: making the rooms took longer than their life');
	await pause((begins - unixSeconds()) * 1000);
	return ending;
}

type Watched = { readonly sql: Store['sql']; readonly keyringDir: string };

async function watch({ sql, keyringDir }: Watched, ending: EndingRooms) {
	const [keysZeroMs, roomsGoneMs, rowsGoneMs] = await Promise.all([
		sinceEnd(ending, async () => (await recordsLeft(keyringDir, ending)) === 0),
		sinceEnd(ending, async () => !(await hasRoomRows(sql, ending))),
		sinceEnd(ending, async () => !(await hasRows(sql, ending)))
	]);
	return { keysZeroMs, roomsGoneMs, rowsGoneMs };
}

type Crowds = readonly (readonly Connection[])[];

async function talkThrough(
	{ system }: Ours,
	crowds: Crowds,
	{ warmSeconds, beforeSeconds }: EndingScale,
	{ endsAt }: EndingRooms,
	ended: Promise<unknown>
): Promise<Pick<Ending, 'before' | 'during' | 'lost' | 'doubled'>> {
	const [before, during]: [number[], number[]] = [[], []];
	let duringSeconds = 0;
	const windowEnd = ended.then(() => (duringSeconds = unixSeconds() - endsAt));
	const times = { warmMs: warmSeconds * 1000, windowMs: 0, windowEnd };
	const all = crowds.map((members) => ({ members, senders: people }));
	const { lost, doubled } = await talk(system, all, times, {
		answered: (ms) => void (unixSeconds() < endsAt ? before : during).push(ms)
	});
	return { before: heard(before, beforeSeconds), during: heard(during, duringSeconds), lost, doubled };
}

function heard(latenciesMs: readonly number[], seconds: number): Heard {
	return {
		perSecond: latenciesMs.length / seconds,
		p50Ms: percentile(latenciesMs, 0.5),
		p99Ms: percentile(latenciesMs, 0.99)
	};
}
