/** Partitions for the days to come, and none for those that are over: docs/PROTOCOL.md §6.3. */
import { keepPartitions } from '../db/partitions.ts';
import { databaseSeconds } from '../rooms/rows.ts';
import type { Task, TaskPorts } from './task.ts';

const daySeconds = 86_400;

export function partitionsTask({ db }: TaskPorts): Task {
	return {
		name: 'partitions',
		every: 'minute',
		run: async () => keepPartitions(db, Math.floor((await databaseSeconds(db)) / daySeconds))
	};
}
