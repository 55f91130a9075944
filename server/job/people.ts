/** Looks whether the rooms that have people in this process are over: other processes end and purge rooms too, and tell nobody here. */
import { fromHex } from '#protocol/bytes';
import type { RoomHandle } from '../access/session.ts';
import { dismiss } from '../rooms/end.ts';
import { roomsOver } from '../rooms/rows.ts';
import type { Report, Task, TaskPorts } from './task.ts';

type Ports = Pick<TaskPorts, 'db' | 'keyring' | 'access' | 'bus' | 'now'>;

export function peopleTask(ports: TaskPorts): Task {
	return { name: 'people', every: 'second', run: () => dismissOver(ports) };
}

/** A room that is gone before its time was purged. Rejects with the first failure, after all the other rooms have been dismissed. */
export async function dismissOver(ports: Ports): Promise<Report> {
	const rooms = new Map(ports.access.sessions.rooms().map((room) => [room.id, room]));
	if (rooms.size === 0) return { done: 0, backlog: 0 };
	const over = (await roomsOver(ports.db, [...rooms.keys()])).map((id) => rooms.get(id)).filter((room) => room !== undefined);
	const results = await Promise.allSettled(over.map((room) => endHere(ports, room)));
	for (const result of results) if (result.status === 'rejected') throw result.reason;
	return { done: over.length, backlog: 0 };
}

/** Nobody is told before the key is gone; whoever ends the room may not have come to that yet, and wiping twice is harmless. */
async function endHere({ keyring, access, bus, now }: Ports, room: RoomHandle): Promise<void> {
	await keyring.wipe(room.epoch, room.slot, fromHex(room.ref));
	dismiss({ access, bus }, room, now() + clocksApartMs >= room.expiresAt ? 'ended' : 'purged');
}

/** This process's clock may be this much behind the database's when a room's time is over. */
const clocksApartMs = 2_000;
