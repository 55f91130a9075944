/** Two clocks of one house: the database's decides what is over, and this process speaks of the same times. */
import type { Database } from './client.ts';

/** How far the database's clock is ahead of `now` (unix ms), in whole milliseconds, as times are everywhere; below 0 when it is behind. Off by half of the way there and back at the most. */
export async function databaseAhead({ sql }: Database, now: () => number): Promise<number> {
	await sql`select 1`; // Connecting takes its time, and is no part of the way.
	const before = now();
	const [row] = await sql<{ ms: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
	const after = now();
	if (row === undefined) throw new Error('clock: the database told no time');
	return Math.round(row.ms - (before + after) / 2);
}

export type Clock = {
	/** Unix ms by the database's clock, as far as it is known. */
	readonly now: () => number;
	/** Looks again, for a clock that was set meanwhile. Resolves to whether the two had come apart. */
	follow(): Promise<boolean>;
};

/** Smaller distances are the way there and back, and no reason to let times jump. */
const apartMs = 500;

export async function startClock(db: Database, wall: () => number): Promise<Clock> {
	let ahead = await databaseAhead(db, wall);
	return {
		now: () => wall() + ahead,
		async follow() {
			const fresh = await databaseAhead(db, wall);
			const apart = Math.abs(fresh - ahead) > apartMs;
			if (apart) ahead = fresh;
			return apart;
		}
	};
}
