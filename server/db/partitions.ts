/** Keeps the partitions in being into which the next rooms will write, and takes those away whose day is over: docs/PROTOCOL.md §6.3. */
import { periodOf } from '#protocol/tokens';
import type { Database, Statements } from './client.ts';

/** A room lasts 90 days at the most and may be opened just before midnight. */
const daysAhead = 91;
/** Months for whose tokens there is a list of those used. */
const monthsAhead = 2;
/** After its month a token is good for a day; a day more, since no two clocks are alike. */
const daysKept = 2;
const dayMs = 86_400_000;
/** Any number that nothing else locks in this database. */
const partitionLock = 7_071_003;

/** `today`: days since 1970 (UTC). Safe at any time, in every instance at once; does nothing for what is there. */
export async function ensurePartitions(db: Database, today: number): Promise<void> {
	await db.sql.begin(async (sql) => {
		await sql`select pg_advisory_xact_lock(${partitionLock})`;
		await makeDays(sql, today);
		await makeMonths(sql, today);
	});
}

/** `done`: partitions that came and went. `backlog`: those that wait for their last rooms. */
export type Kept = { readonly done: number; readonly backlog: number };

/**
 * Makes the days that are missing, and takes away each one before `today` in which no room is left, with what was still to be
 * deleted in it. One instance at a time, the others do nothing; a run that was killed is finished by the next.
 */
export function keepDays(db: Database, today: number): Promise<Kept> {
	return underLock(db, async (sql) => {
		const made = await makeDays(sql, today);
		const { gone, left } = await dropDays(sql, today);
		return { done: made + gone, backlog: left };
	});
}

/** As `keepDays`, for the lists of used tokens: each is taken away when no token of its month has been good for a day. */
export function keepMonths(db: Database, today: number): Promise<Kept> {
	return underLock(db, async (sql) => {
		const made = await makeMonths(sql, today);
		return { done: made + (await dropMonths(sql, today)), backlog: 0 };
	});
}

async function underLock(db: Database, work: (sql: Statements) => Promise<Kept>): Promise<Kept> {
	const connection = await db.sql.reserve();
	try {
		const [lock] = await connection<{ mine: boolean }[]>`select pg_try_advisory_lock(${partitionLock}) as mine`;
		if (lock?.mine !== true) return { done: 0, backlog: 0 };
		try {
			// Whoever holds a partition that is over, an operator's backup for example, is not waited for long: the next run comes soon.
			await connection`set lock_timeout = '5s'`;
			return await work(connection);
		} finally {
			await connection`reset lock_timeout`;
			await connection`select pg_advisory_unlock(${partitionLock})`;
		}
	} finally {
		connection.release();
	}
}

async function makeDays(sql: Statements, today: number): Promise<number> {
	const missing = await sql<{ day: number }[]>`
		select day from generate_series(${today}::int, ${today + daysAhead}::int) as day where to_regclass('envelopes_' || day) is null`;
	for (const { day } of missing) await sql`select ensure_envelope_partition(${day})`;
	return missing.length;
}

async function makeMonths(sql: Statements, today: number): Promise<number> {
	const [first, last] = [periodOf((today - 1) * dayMs), periodOf(today * dayMs) + monthsAhead];
	const missing = await sql<{ period: number }[]>`
		select period from generate_series(${first}::int, ${last}::int) as period where to_regclass('nullifiers_' || period) is null`;
	for (const { period } of missing) await sql`select ensure_nullifier_partition(${period})`;
	return missing.length;
}

type Parent = 'envelopes' | 'nullifiers';
type Partition = {
	/** The day, or the month. */
	readonly key: number;
	/** Null when it is no partition any more: a run was killed before it dropped the table. */
	readonly pending: boolean | null;
};

/** Postgres lets one detachment of a table be pending: what was cut off comes before all others. */
function partitionsBefore(sql: Statements, parent: Parent, limit: number): Promise<readonly Partition[]> {
	return sql<Partition[]>`
		select key, pending from (
			select substring(relname from ${parent.length + 2})::int as key, inhdetachpending as pending
			from pg_class left join pg_inherits on inhrelid = pg_class.oid and inhparent = ${parent}::regclass
			where relname ~ ${`^${parent}_[0-9]{1,9}$`} and relkind = 'r' and pg_table_is_visible(pg_class.oid)
		) as found where key < ${limit} order by pending is not true, key`;
}

async function dropDays(sql: Statements, today: number): Promise<{ readonly gone: number; readonly left: number }> {
	const over = await partitionsBefore(sql, 'envelopes', today);
	const held = await sql<{ day: number }[]>`select distinct day from rooms where day < ${today}`;
	const empty = over.filter(({ key }) => !held.some(({ day }) => day === key));
	for (const partition of empty) {
		await detach(sql, 'envelopes', partition);
		// In this order, like those who delete the rows of one room: first what is claimed, then the table.
		await sql`delete from remains where day = ${partition.key}`;
		await sql`drop table ${sql(`envelopes_${partition.key}`)}`;
	}
	return { gone: empty.length, left: over.length - empty.length };
}

async function dropMonths(sql: Statements, today: number): Promise<number> {
	const over = await partitionsBefore(sql, 'nullifiers', periodOf((today - daysKept) * dayMs));
	for (const partition of over) {
		await detach(sql, 'nullifiers', partition);
		await sql`drop table ${sql(`nullifiers_${partition.key}`)}`;
	}
	return over.length;
}

/** Concurrently, so that others can go on writing into its neighbours; that can't stand in a transaction, so each step may be the last. */
async function detach(sql: Statements, parent: Parent, { key, pending }: Partition): Promise<void> {
	const [table, name] = [sql(parent), sql(`${parent}_${key}`)];
	if (pending === true) await sql`alter table ${table} detach partition ${name} finalize`;
	if (pending === false) await sql`alter table ${table} detach partition ${name} concurrently`;
}
