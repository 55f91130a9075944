/** Ends the rooms that end when everybody has left: docs/PROTOCOL.md §11. */
import { endEmptyRooms } from '../rooms/end.ts';
import type { Task, TaskPorts } from './task.ts';

export function emptyTask(ports: TaskPorts): Task {
	return { name: 'empty', every: 'second', run: async () => ({ done: await endEmptyRooms(ports), backlog: 0 }) };
}
