/** Keeps the partitions in being into which the next rooms will write: docs/PROTOCOL.md §6.3. */
import type { Database } from './client.ts';

/** A room lasts 90 days at the most and may be opened just before midnight. */
const daysAhead = 91;
const partitionLock = 7_071_002;

/** `today`: days since 1970 (UTC). Safe at any time, in every instance at once; does nothing for days that are there. */
export async function ensurePartitions(db: Database, today: number): Promise<void> {
	await db.sql.begin(async (sql) => {
		await sql`select pg_advisory_xact_lock(${partitionLock})`;
		await sql`select ensure_envelope_partition(day) from generate_series(${today}::int, ${today + daysAhead}::int) as day`;
	});
}
