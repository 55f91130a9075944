/** Keeps this process by the database's clock when either of the two is set. */
import type { Clock } from '../db/clock.ts';
import type { Task } from './task.ts';

export function clockTask(clock: Clock): Task {
	return { name: 'clock', every: 'minute', run: async () => ({ done: (await clock.follow()) ? 1 : 0, backlog: 0 }) };
}
