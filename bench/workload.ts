/** A workload: what is done to a system, and what its result is worth. */
import type { Result, Scale } from './result.ts';
import type { System } from './system.ts';

export type Workload = {
	readonly name: string;
	readonly title: string;
	/** The unit of `score`. */
	readonly unit: string;
	/** Ours over baseline: what it must reach, and what it should. */
	readonly wanted: { readonly ratio: number; readonly better: 'more' | 'less'; readonly aim?: number };
	/** The same for the CPU time that Postgres spends on a message. */
	readonly wantedPostgres?: Workload['wanted'];
	/** Needs servers that have done nothing yet, since memory that was used once is not given back. */
	readonly fresh?: boolean;
	run(system: System, scale: Scale): Promise<Result>;
};
