/** The end of a room, by purge or time, in the order of docs/PROTOCOL.md §6.2 after a mark: keys, people, rows. */
import { toHex } from '#protocol/bytes';
import { currentSession } from '../access/current-session.ts';
import type { RoomHandle } from '../access/session.ts';
import type { Connection } from '../context.ts';
import type { RoomPorts } from './ports.ts';
import { deleteRoom, endedRooms, markEnded } from './rows.ts';
import type { EndedRoom } from './rows.ts';

type Ending = Pick<RoomHandle, 'id' | 'day' | 'ref' | 'epoch' | 'slot'>;

const defaultBatch = 100;

/**
 * Any session may; afterwards the room answers as if it never was. Throws `NO_SESSION`, or what the database said when only the
 * rows are still there: they are out of everybody's reach then, and the next sweep takes them.
 */
export async function purgeRoom(services: RoomPorts, connection: Connection | null): Promise<void> {
	await endRoom(services, currentSession(connection).room, 'purged');
}

/**
 * To be called every second, in any number of instances: ends the rooms whose time is over, and what is left of those whose end
 * was interrupted. Resolves to how many. Rejects with the first failure, after all the other rooms have been ended.
 */
export async function endExpiredRooms(services: RoomPorts, batchSize = defaultBatch): Promise<number> {
	const failures: unknown[] = [];
	let count = 0;
	let batch: readonly EndedRoom[];
	let after = 0n;
	do {
		batch = await endedRooms(services.db, { after, limit: batchSize });
		for (const room of batch) {
			after = room.id;
			await endRoom(services, { ...room, ref: toHex(room.ref) }, 'ended').catch((error: unknown) => failures.push(error));
		}
		count += batch.length;
	} while (batch.length === batchSize);
	if (failures.length > 0) throw failures[0];
	return count;
}

/** The mark comes first, and by COMMIT: whatever interrupts the rest, nobody gets in again, and the sweep finds the room. */
async function endRoom(
	{ db, keyring, access, bus, metrics }: RoomPorts,
	room: Ending,
	reason: 'ended' | 'purged'
): Promise<void> {
	await markEnded(db, room);
	await keyring.wipe(room.epoch, room.slot);
	access.sessions.endRoom(room);
	access.guesses.forget(room.ref);
	bus.publish(room.ref, { kind: 'gone', reason });
	await deleteRoom(db, room);
	metrics.add('rooms_ended_total');
}
