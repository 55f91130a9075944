/** What Live rooms are remembered by for a minute is forgotten after it: docs/PROTOCOL.md §11. */
import type { Task, TaskPorts } from './task.ts';

export function ringsTask({ rings, sweepMemory }: TaskPorts): Task {
	/** Something was forgotten, and has left its traces. */
	let isDue = false;
	return {
		name: 'rings',
		every: 'second',
		// A line for each message would be a diary.
		quiet: true,
		run: async () => {
			const done = rings.lapse();
			// While anything is said, other words take the place of these.
			if (isDue && rings.isEmpty) sweepMemory?.();
			isDue = done > 0 || (isDue && !rings.isEmpty);
			return { done, backlog: 0 };
		}
	};
}
