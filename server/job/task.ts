/** What the job runs. */
import type { TaskName } from '../metrics.ts';
import type { RoomPorts } from '../rooms/ports.ts';
import type { Services } from '../services.ts';

/** `done`: of what the task is there for. `backlog`: what it found and left, counted up to 1,000. */
export type Report = { readonly done: number; readonly backlog: number };

export type Task = {
	readonly name: TaskName;
	/** How often, on the second. */
	readonly every: 'second' | 'minute' | 'ten minutes';
	/** Its turns are not worth a line in the log, unless they fail. */
	readonly quiet?: boolean;
	/**
	 * Bounded batches, each a transaction of its own: the process may be killed at any point, and any number of instances may be
	 * at it. Returns after the current batch when `stopping` is aborted.
	 */
	run(stopping: AbortSignal): Promise<Report>;
};

/**
 * `payments`: absent like `null`, where vouchers are all that is taken. `sweepMemory`: takes away what lies in memory and nobody
 * refers to; absent where that is left to chance.
 */
export type TaskPorts = RoomPorts &
	Pick<Services, 'rings'> &
	Partial<Pick<Services, 'payments'>> & { readonly sweepMemory?: () => void };
