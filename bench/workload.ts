/** A workload: what is done to a system, and what its result is worth. */
import type { Result, Scale } from './result.ts';
import type { System } from './system.ts';

/** Ours over baseline: what it must reach, and what it should. */
export type Wanted = { readonly ratio: number; readonly better: 'more' | 'less'; readonly aim?: number };

export type Workload = {
	readonly name: string;
	readonly title: string;
	/** The unit of `score`. */
	readonly unit: string;
	/** Absent is: reported beside the others, with no mark of its own. */
	readonly wanted?: Wanted;
	/** The same for the CPU time that Postgres spends on a message. */
	readonly wantedPostgres?: Wanted;
	/** Needs servers that have done nothing yet, since memory that was used once is not given back. */
	readonly fresh?: boolean;
	/** Not against the baseline, but our server with plans on against our server with plans off. */
	readonly plans?: boolean;
	run(system: System, scale: Scale): Promise<Result>;
};
