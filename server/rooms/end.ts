/** The end of a room, by purge or time, in the order of docs/PROTOCOL.md §6.2: keys, people, rows. */
import { setTimeout as delay } from 'node:timers/promises';
import { fromHex, toHex } from '#protocol/bytes';
import { currentSession } from '../access/current-session.ts';
import type { RoomHandle } from '../access/session.ts';
import type { Connection } from '../context.ts';
import type { Statements } from '../db/client.ts';
import type { RoomPorts } from './ports.ts';
import { buryRooms, claimDue, claimEmpty, claimRooms, countDue, countedBacklog } from './rows.ts';
import type { EndedRoom } from './rows.ts';

/** `done` rooms were ended; `backlog`, counted up to 1,000, are over and still there. */
export type Ended = { readonly done: number; readonly backlog: number };
export type EndOptions = {
	/** Rooms in one transaction. */
	readonly batch?: number;
	readonly stopping?: AbortSignal;
};
type Reason = 'ended' | 'purged';

const defaultBatch = 500;
/** Between the tries to delete a purged room's row, in milliseconds. After the last one the job finds it by its dead key. */
const retryPausesMs: readonly number[] = [100, 1_000];

/**
 * Any session may; afterwards the room answers as if it never was. Throws `NO_SESSION`; what the keyring said when the key is
 * still there, and so is everybody: to be tried again; or what the database said when only the row is, which nothing opens.
 */
export async function purgeRoom(ports: RoomPorts, connection: Connection | null): Promise<void> {
	const { room } = currentSession(connection);
	await ports.keyring.wipe(room.epoch, room.slot, fromHex(room.ref));
	dismiss(ports, room, 'purged');
	ports.metrics.add('rooms_ended_total', await buryStubbornly(ports, room));
}

async function buryStubbornly({ db }: RoomPorts, { id }: Pick<RoomHandle, 'id'>): Promise<number> {
	for (const pause of retryPausesMs) {
		try {
			return await buryRooms(db.sql, [id]);
		} catch {
			await delay(pause); // The last try says what was wrong.
		}
	}
	return buryRooms(db.sql, [id]);
}

/** Nobody is in the room any more, and everybody who was is told. Harmless when nobody is. */
export function dismiss(
	{ access, bus }: Pick<RoomPorts, 'access' | 'bus'>,
	room: Pick<RoomHandle, 'id' | 'ref'>,
	reason: Reason
) {
	access.sessions.endRoom(room);
	access.guesses.forget(room.ref);
	bus.publish(room.ref, { kind: 'gone', reason });
}

/**
 * Ends the rooms whose time is over, in any number of instances at once, each room by one of them. Rejects with the first
 * failure, after all the other rooms have been ended.
 */
export async function endExpiredRooms(ports: RoomPorts, { batch = defaultBatch, stopping }: EndOptions = {}): Promise<Ended> {
	if ((await countDue(ports.db, 1)) === 0) return { done: 0, backlog: 0 };
	const failures = new Map<bigint, unknown>();
	let done = 0;
	let found = batch;
	while (found === batch && stopping?.aborted !== true) {
		const ended = await endBatch(ports, (sql) => claimDue(sql, { limit: batch, except: [...failures.keys()] }), failures);
		done += ended.done;
		found = ended.found;
	}
	for (const failure of failures.values()) throw failure;
	return { done, backlog: await countDue(ports.db, countedBacklog) };
}

/** Ends the rooms that everybody has left, if they are to. Resolves to how many did. What fails is tried again. */
export async function endEmptyRooms(ports: RoomPorts): Promise<number> {
	const { sessions } = ports.access;
	const rooms = sessions.emptied();
	const failures: unknown[] = [];
	let done = 0;
	for (let from = 0; from < rooms.length; from += defaultBatch) {
		const batch = rooms.slice(from, from + defaultBatch);
		const ids = batch.map(({ id }) => id);
		try {
			done += await endClaimed(ports, (sql) => claimEmpty(sql, ids));
		} catch (error) {
			for (const room of batch) sessions.notEnded(room);
			failures.push(error);
		}
	}
	for (const failure of failures) throw failure;
	return done;
}

/** Ends these rooms whether or not their time is over: their keys are gone. Resolves to how many were there. */
export function endLostRooms(ports: RoomPorts, ids: readonly bigint[]): Promise<number> {
	return endClaimed(ports, (sql) => claimRooms(sql, ids));
}

async function endClaimed(ports: RoomPorts, claim: Claim): Promise<number> {
	const failures = new Map<bigint, unknown>();
	const { done } = await endBatch(ports, claim, failures);
	for (const failure of failures.values()) throw failure;
	return done;
}

type Claim = (sql: Statements) => Promise<readonly EndedRoom[]>;

type Batch = { readonly done: number; readonly found: number };

/**
 * One room that can't be ended doesn't keep the others of its batch: when the rows of all don't go together, each goes for itself.
 * Rejects when none can be looked for.
 */
async function endBatch(ports: RoomPorts, claim: Claim, failures: Map<bigint, unknown>): Promise<Batch> {
	let claimed: readonly EndedRoom[] = [];
	try {
		const done = await endTogether(ports, async (sql) => (claimed = await claim(sql)), failures);
		return { done, found: claimed.length };
	} catch (error) {
		const [only, ...others] = claimed;
		if (only === undefined) throw error;
		if (others.length === 0) failures.set(only.id, error);
	}
	const left = claimed.length === 1 ? [] : claimed.filter(({ id }) => !failures.has(id));
	let done = 0;
	for (const { id } of left) done += (await endBatch(ports, (sql) => claimRooms(sql, [id]), failures)).done;
	return { done, found: claimed.length };
}

/**
 * The claim holds until COMMIT: whoever is killed in between leaves rooms whose keys are gone and whose rows are found again.
 * Rooms whose key could not be destroyed are left as they are.
 */
async function endTogether(ports: RoomPorts, claim: Claim, failures: Map<bigint, unknown>): Promise<number> {
	const buried = await ports.db.sql.begin(async (sql) => {
		const rooms = await wipeKeys(ports, await claim(sql), failures);
		if (rooms.length === 0) return 0;
		for (const { id, ref } of rooms) dismiss(ports, { id, ref: toHex(ref) }, 'ended');
		const ids = rooms.map((room) => room.id);
		return buryRooms(sql, ids);
	});
	ports.metrics.add('rooms_ended_total', buried);
	return buried;
}

/** All at once, which costs one flush of the disk. Resolves to the rooms whose keys are gone. */
async function wipeKeys({ keyring }: RoomPorts, rooms: readonly EndedRoom[], failures: Map<bigint, unknown>) {
	const wiped = await Promise.allSettled(rooms.map(({ epoch, slot, ref }) => keyring.wipe(epoch, slot, ref)));
	return rooms.filter(({ id }, index) => {
		const outcome = wiped[index];
		if (outcome?.status === 'rejected') failures.set(id, outcome.reason);
		return outcome?.status === 'fulfilled';
	});
}
