/** Looks whether the rooms that have people in this process are over: other processes end and purge rooms too, and tell nobody here. */
import { dismiss } from '../rooms/end.ts';
import { roomsOver } from '../rooms/rows.ts';
import type { Report, Task, TaskPorts } from './task.ts';

type Ports = Pick<TaskPorts, 'db' | 'access' | 'bus' | 'now'>;

export function peopleTask(ports: TaskPorts): Task {
	return { name: 'people', every: 'second', run: () => dismissOver(ports) };
}

/** A room that is gone before its time was purged. */
export async function dismissOver({ db, access, bus, now }: Ports): Promise<Report> {
	const rooms = new Map(access.sessions.rooms().map((room) => [room.id, room]));
	if (rooms.size === 0) return { done: 0, backlog: 0 };
	const over = await roomsOver(db, [...rooms.keys()]);
	for (const id of over) {
		const room = rooms.get(id);
		if (room !== undefined) dismiss({ access, bus }, room, now() + clocksApartMs >= room.expiresAt ? 'ended' : 'purged');
	}
	return { done: over.length, backlog: 0 };
}

/** This process's clock may be this much behind the database's when a room's time is over. */
const clocksApartMs = 2_000;
