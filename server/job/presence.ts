/** Who has been away for 90 s has left; sessions of who has been away for 10 minutes are forgotten: docs/PROTOCOL.md §5. */
import { withdrawLapsed } from '../rooms/presence.ts';
import type { Task, TaskPorts } from './task.ts';

export function presenceTask(ports: TaskPorts): Task {
	return {
		name: 'presence',
		every: 'second',
		// A line for each tab that was closed would be a diary.
		quiet: true,
		run: async () => ({ done: withdrawLapsed(ports), backlog: 0 })
	};
}
