/** What Live rooms are remembered by for a minute is forgotten after it: docs/PROTOCOL.md §11. */
import type { Task, TaskPorts } from './task.ts';

export function ringsTask({ rings }: TaskPorts): Task {
	return {
		name: 'rings',
		every: 'second',
		// A line for each message would be a diary.
		quiet: true,
		run: async () => ({ done: rings.lapse(), backlog: 0 })
	};
}
