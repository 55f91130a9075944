/** Destroys the keyring's files of hours that are over: docs/PROTOCOL.md §6.2. */
import { databaseSeconds } from '../rooms/rows.ts';
import type { Task, TaskPorts } from './task.ts';

const hourSeconds = 3_600;

export function hoursTask(ports: TaskPorts): Task {
	return { name: 'hours', every: 'minute', run: async () => ({ done: await sweepHours(ports), backlog: 0 }) };
}

/** By the database's clock, which decides what is over. Resolves to how many files there were. Throws when one of them can't be destroyed. */
export async function sweepHours({ db, keyring }: Pick<TaskPorts, 'db' | 'keyring'>): Promise<number> {
	return keyring.sweep(Math.floor((await databaseSeconds(db)) / hourSeconds));
}
