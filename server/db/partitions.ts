/** Keeps the partitions in being into which the next rooms will write, and takes those away whose day is over: docs/PROTOCOL.md §6.3. */
import { periodOf } from '#protocol/tokens';
import type { Database, Statements } from './client.ts';

/** A room lasts 90 days at the most and may be opened just before midnight. */
const daysAhead = 91;
/** Months for whose tokens there is a list of those used. */
const monthsAhead = 2;
const dayMs = 86_400_000;
/** Any number that nothing else locks in this database. */
const partitionLock = 7_071_003;

/** `today`: days since 1970 (UTC). Safe at any time, in every instance at once; does nothing for days that are there. */
export async function ensurePartitions(db: Database, today: number): Promise<void> {
	await db.sql.begin(async (sql) => {
		await sql`select pg_advisory_xact_lock(${partitionLock})`;
		await makeMissing(sql, today);
	});
}

/**
 * As `ensurePartitions`, and takes away each day before `today` in which no room is left, with what was still to be deleted in
 * it. One instance at a time, the others do nothing; a run that was killed is finished by the next. Resolves to how many days
 * came and went, and how many wait for their last rooms.
 */
export async function keepPartitions(db: Database, today: number): Promise<{ readonly done: number; readonly backlog: number }> {
	const connection = await db.sql.reserve();
	try {
		const [lock] = await connection<{ mine: boolean }[]>`select pg_try_advisory_lock(${partitionLock}) as mine`;
		if (lock?.mine !== true) return { done: 0, backlog: 0 };
		try {
			// Whoever holds the partition of a day that is over, an operator's backup for example, is not waited for long: the next run comes soon.
			await connection`set lock_timeout = '5s'`;
			const made = await makeMissing(connection, today);
			return await dropOver(connection, today, made);
		} finally {
			await connection`reset lock_timeout`;
			await connection`select pg_advisory_unlock(${partitionLock})`;
		}
	} finally {
		connection.release();
	}
}

async function makeMissing(sql: Statements, today: number): Promise<number> {
	const missing = await sql<{ day: number }[]>`
		select day from generate_series(${today}::int, ${today + daysAhead}::int) as day where to_regclass('envelopes_' || day) is null`;
	for (const { day } of missing) await sql`select ensure_envelope_partition(${day})`;
	const months = await sql<{ period: number }[]>`
		select period from generate_series(${periodOf((today - 1) * dayMs)}::int, ${periodOf(today * dayMs) + monthsAhead}::int) as period
		where to_regclass('nullifiers_' || period) is null`;
	for (const { period } of months) await sql`select ensure_nullifier_partition(${period})`;
	return missing.length + months.length;
}

type Partition = {
	readonly day: number;
	/** Null when it is no partition any more: a run was killed before it dropped the table. */
	readonly pending: boolean | null;
	readonly rooms: boolean;
};

/** Postgres lets one detachment of a table be pending: a day whose was cut off comes before all others. */
async function dropOver(sql: Statements, today: number, made: number): Promise<{ done: number; backlog: number }> {
	const over = await sql<Partition[]>`
		select day, pending, exists (select from rooms where rooms.day = found.day) as rooms from (
			select substring(relname from 11)::int as day, inhdetachpending as pending
			from pg_class left join pg_inherits on inhrelid = pg_class.oid and inhparent = 'envelopes'::regclass
			where relname ~ '^envelopes_[0-9]{1,9}$' and relkind = 'r' and pg_table_is_visible(pg_class.oid)
		) as found where day < ${today} order by pending is not true, day`;
	const empty = over.filter((partition) => !partition.rooms);
	for (const partition of empty) await dropDay(sql, partition);
	return { done: made + empty.length, backlog: over.length - empty.length };
}

/** Detaching concurrently lets posts into the other days go on; it can't stand in a transaction, so each step may be the last. */
async function dropDay(sql: Statements, { day, pending }: Partition): Promise<void> {
	const name = sql(`envelopes_${day}`);
	if (pending === true) await sql`alter table envelopes detach partition ${name} finalize`;
	if (pending === false) await sql`alter table envelopes detach partition ${name} concurrently`;
	// In this order, like those who delete the rows of one room: first what is claimed, then the table.
	await sql`delete from remains where day = ${day}`;
	await sql`drop table ${name}`;
}
