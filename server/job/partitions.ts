/** Partitions for the days and months to come, and none for those that are over: docs/PROTOCOL.md §6.3, §16.1. */
import { keepDays, keepMonths } from '../db/partitions.ts';
import { databaseSeconds } from '../rooms/rows.ts';
import type { Task, TaskPorts } from './task.ts';

const daySeconds = 86_400;

export function partitionsTask({ db }: TaskPorts): Task {
	return {
		name: 'partitions',
		every: 'minute',
		async run() {
			const today = Math.floor((await databaseSeconds(db)) / daySeconds);
			const days = await keepDays(db, today);
			const months = await keepMonths(db, today);
			return { done: days.done + months.done, backlog: days.backlog };
		}
	};
}
