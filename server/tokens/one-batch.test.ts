/** A hundred rooms at once for the fifteen tokens of one batch, through two servers of which one is killed meanwhile. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { createJob } from '../job/job.ts';
import { createTasks } from '../job/tasks.ts';
import { openPorts } from '../job/testing-crash.ts';
import { createLog } from '../log.ts';
import type { Main } from '../testing-main.ts';
import { createAt, draftRoomFor, isBuilt, startMain, tokenOf } from '../testing-main.ts';

const isLong = process.env.LONG !== undefined;
const rounds = isLong ? 50 : 2;
const timeout = isLong ? 1_800_000 : 120_000;
const tokensEach = 15;
const createsEach = 100;
const tenMinutes = 600_000;

let database: TestDatabase;
let keyringDir: string;
const running: Main[] = [];
beforeEach(async () => {
	database = await testDatabase();
	keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-batch-'));
});
afterEach(async () => {
	await Promise.all(running.splice(0).map((main) => main.kill()));
	await database.stop();
	await rm(keyringDir, { recursive: true });
});

async function start(): Promise<Main> {
	const main = await startMain({
		DATABASE_URL: database.url,
		DATABASE_CONNECTIONS: '4',
		KEYRING_DIR: keyringDir,
		LIMIT_CREATE_PER_MINUTE: String(1e6)
	});
	running.push(main);
	return main;
}

type Wish = ReturnType<typeof draftRoomFor>['wish'];
type Both = readonly [Main, Main];

/** The code of a refusal, or that there is a room. A server that isn't there any more is left for the other one, with the same words. */
async function createAnyhow(servers: Both, wish: Wish, first: number): Promise<string> {
	for (let tried = first; ; tried++) {
		const main = servers[tried % 2 === 0 ? 0 : 1];
		try {
			await createAt(main, wish);
			return 'made';
		} catch (error) {
			// Of `fetch`: nobody listens, or the answer was lost on its way.
			if (error instanceof TypeError) continue;
			return error instanceof Error ? error.message : 'not an error';
		}
	}
}

/** Resolves to the wishes that got a room. `dying` is killed when a few of the answers have come: nobody knows where the others are. */
async function createAll(servers: Both, wishes: readonly Wish[], dying: Main): Promise<readonly Wish[]> {
	const fatal = (randomBytes(1)[0] ?? 0) % (createsEach / 2);
	let answered = 0;
	let killed: Promise<void> | undefined;
	const outcomes = await Promise.all(
		wishes.map(async (wish, index) => {
			const outcome = await createAnyhow(servers, wish, index);
			if (answered++ === fatal) killed = dying.kill();
			return outcome;
		})
	);
	await killed;
	expect(new Set(outcomes)).toEqual(new Set(['made', 'TOKEN_SPENT']));
	return wishes.filter((_, index) => outcomes[index] === 'made');
}

async function rowCount(table: 'rooms' | 'nullifiers'): Promise<number> {
	return (await database.db.sql`select from ${database.db.sql(table)}`).length;
}

/** Slots without a row, and rows without a slot, once the job has had its turns. */
async function leftOver(): Promise<{ readonly slots: number; readonly withoutKeys: number; readonly faults: readonly string[] }> {
	const life = await openPorts({ databaseUrl: database.url, keyringDir });
	const faults: string[] = [];
	const log = createLog((line) => void (line.includes('"error"') && faults.push(line)), life.ports.now);
	const job = createJob({ log, metrics: life.ports.metrics }, createTasks(life.ports));
	// A slot without a row is an orphan only when it has been one for a while: its room may be on its way.
	await job.turn('slots');
	life.advance(tenMinutes);
	await job.turn('slots');
	let slots = 0;
	for await (const each of life.ports.keyring.live() ?? []) slots += each.length;
	const rooms = await database.db.sql<{ epoch: number; slot: number; ref: Buffer }[]>`select epoch, slot, ref from rooms`;
	const keys = await Promise.all(rooms.map(({ epoch, slot, ref }) => life.ports.keyring.read(epoch, slot, ref)));
	await life.stop();
	return { slots, withoutKeys: keys.filter((each) => each === null).length, faults };
}

test.skipIf(!isBuilt)(
	`${rounds} times ${createsEach} rooms at once for ${tokensEach} tokens, with a server killed in between: ${tokensEach} rooms each time`,
	{ timeout },
	async () => {
		let servers: Both = [await start(), await start()];
		for (let round = 1; round <= rounds; round++) {
			const tokens = Array.from({ length: tokensEach }, () => tokenOf(servers[0]));
			const wishes = Array.from({ length: createsEach }, (_, index) => {
				const token = tokens[index % tokensEach];
				if (token === undefined) throw new Error('test: expected a token');
				return draftRoomFor(token).wish;
			});
			const [dying, survivor] = round % 2 === 0 ? servers : [servers[1], servers[0]];
			const made = await createAll(servers, wishes, dying);
			expect(made).toHaveLength(tokensEach);
			expect([await rowCount('rooms'), await rowCount('nullifiers')]).toEqual([round * tokensEach, round * tokensEach]);
			const successor = await start();
			servers = [survivor, successor];
			for (const main of servers) {
				const again = await Promise.all(wishes.map((wish) => createAnyhow([main, main], wish, 0)));
				expect(wishes.filter((_, index) => again[index] === 'made')).toEqual(made);
				expect(new Set(again)).toEqual(new Set(['made', 'TOKEN_SPENT']));
			}
			expect(await rowCount('rooms')).toBe(round * tokensEach);
		}
		await Promise.all(servers.map((main) => main.stop()));
		expect(await leftOver()).toEqual({ slots: rounds * tokensEach, withoutKeys: 0, faults: [] });
	}
);
