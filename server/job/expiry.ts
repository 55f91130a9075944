/** Ends rooms whose time is over: docs/PROTOCOL.md §6.2. */
import { endExpiredRooms } from '../rooms/end.ts';
import type { Task, TaskPorts } from './task.ts';

export function expiryTask(ports: TaskPorts): Task {
	return { name: 'expiry', every: 'second', run: (stopping) => endExpiredRooms(ports, { stopping }) };
}
