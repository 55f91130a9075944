/** The end of a room, by purge or time, in the order of docs/PROTOCOL.md §6.2: keys, people, rows. */
import { toHex } from '#protocol/bytes';
import { currentSession } from '../access/current-session.ts';
import type { RoomHandle } from '../access/session.ts';
import type { Connection } from '../context.ts';
import type { RoomPorts } from './ports.ts';
import { deleteRoom, endedRooms } from './rows.ts';

type Ending = Pick<RoomHandle, 'id' | 'day' | 'ref' | 'epoch' | 'slot'>;

const batchSize = 100;

/** Any session may; afterwards the room answers as if it never was. Throws `NO_SESSION`. */
export async function purgeRoom(services: RoomPorts, connection: Connection | null): Promise<void> {
	await endRoom(services, currentSession(connection).room, 'purged');
}

/** To be called every second, in any number of instances: ends the rooms whose time is over. Resolves to how many. */
export async function endExpiredRooms(services: RoomPorts): Promise<number> {
	const ended = await endedRooms(services.db, batchSize);
	for (const room of ended) await endRoom(services, { ...room, ref: toHex(room.ref) }, 'ended');
	return ended.length;
}

async function endRoom(
	{ db, keyring, access, bus, metrics }: RoomPorts,
	room: Ending,
	reason: 'ended' | 'purged'
): Promise<void> {
	await keyring.wipe(room.epoch, room.slot);
	access.sessions.endRoom(room);
	access.guesses.forget(room.ref);
	bus.publish(room.ref, { kind: 'gone', reason });
	await deleteRoom(db, room);
	metrics.add('rooms_ended_total');
}
