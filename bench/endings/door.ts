/** Somebody who tries, all the time, to look at rooms and to enter them, before their end and after it. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '../connection.ts';
import { isRefusal } from '../our-wire.ts';
import type { Room } from '../room.ts';
import type { Ours } from '../stage.ts';
import type { EndingRooms } from './ending-rooms.ts';

export type Tries = {
	/** Tries whose answer came before a room may be over, and how many of them were let in. */
	readonly before: { readonly tried: number; readonly open: number };
	/** Tries that were begun after it. */
	readonly after: { readonly tried: number; readonly open: number };
	/** Milliseconds from the end to the last answer that was no refusal, wherever it was begun; 0 when there was none. */
	readonly openMs: number;
};

/** A room is over this much before its last millisecond (server/rooms/rows.ts), and clocks tell whole ones. */
const aheadMs = 30;
const peekEveryMs = 5;
const joinEveryMs = 25;

/** Goes on until `ended` resolves. */
export async function tryDoors(ours: Ours, ending: EndingRooms, ended: Promise<unknown>): Promise<Tries> {
	const tries = { before: { tried: 0, open: 0 }, after: { tried: 0, open: 0 }, openMs: 0 };
	let stopping = false;
	const stop = ended.then(() => (stopping = true));
	const since = () => Date.now() - ending.endsAt * 1000;
	const repeat = async (everyMs: number, tryOnce: (room: Room) => Promise<boolean>) => {
		while (!stopping) {
			const room = ending.rooms[randomInt(ending.rooms.length)];
			if (room === undefined) throw new Error('endings: expected a room');
			const begun = since();
			const open = await tryOnce(room);
			const answered = since();
			count(tries, { begun, answered, open });
			await pause(everyMs);
		}
	};
	const peeker = await ours.system.connect();
	await Promise.all([
		repeat(peekEveryMs, async (room) => !isRefusal(await peeker.attempt('k0', ours.wire.peekText('k0', room)))),
		repeat(joinEveryMs, (room) => tryToEnter(ours, room)),
		stop
	]);
	await peeker.close();
	return tries;
}

async function tryToEnter({ system, wire }: Ours, room: Room): Promise<boolean> {
	const connection = await openConnection(wire.address(system.server.port));
	const open = await wire.tryToEnter(connection, room);
	await connection.close();
	return open;
}

type Counts = { tried: number; open: number };
type Try = { readonly begun: number; readonly answered: number; readonly open: boolean };

function count(tries: { before: Counts; after: Counts; openMs: number }, { begun, answered, open }: Try): void {
	const counts = answered < -aheadMs ? tries.before : begun >= 0 ? tries.after : null;
	if (counts !== null) counts.tried++;
	if (counts !== null && open) counts.open++;
	if (open) tries.openMs = Math.max(tries.openMs, answered);
}
