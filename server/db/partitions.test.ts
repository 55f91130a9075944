import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './client.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions, keepDays } from './partitions.ts';
import { testDatabase } from './testing.ts';
import type { TestDatabase } from './testing.ts';

const today = Math.floor(Date.now() / 86_400_000);
let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database.stop());

async function partitions(): Promise<readonly string[]> {
	const rows = await database.db.sql<{ name: string }[]>`
		select inhrelid::regclass::text as name from pg_inherits where inhparent = 'envelopes'::regclass order by 1`;
	return rows.map((row) => row.name);
}

test('today and the next 91 days each have a partition', async () => {
	const names = await partitions();
	expect(names).toHaveLength(92);
	expect(names).toContain(`envelopes_${today}`);
	expect(names).toContain(`envelopes_${today + 91}`);
});

test('a day later one partition is added, even when five instances ask at once', async () => {
	await Promise.all(Array.from({ length: 5 }, () => ensurePartitions(database.db, today + 1)));
	const names = await partitions();
	expect(names).toHaveLength(93);
	expect(names).toContain(`envelopes_${today + 92}`);
});

test('a partition has the primary key and refuses a second envelope of the same id', async () => {
	const { sql } = database.db;
	const insert = (seq: number) =>
		sql`insert into envelopes (day, room, seq, mid, t, env) values (${today}, 1, ${seq}, ${Buffer.alloc(16)}, 0, ${Buffer.alloc(4)})`;
	await insert(1);
	await expect(insert(1)).rejects.toThrow(/duplicate key/);
	await expect(insert(2)).rejects.toThrow(/duplicate key/);
});

test('a row for a day without a partition is refused', async () => {
	const { sql } = database.db;
	await expect(sql`insert into envelopes (day, room, seq, mid, t) values (1, 1, 1, ${Buffer.alloc(16)}, 0)`).rejects.toThrow(
		/no partition/
	);
});

async function fill(day: number, room: 'with its room' | 'without'): Promise<void> {
	const { sql } = database.db;
	await sql`insert into envelopes (day, room, seq, mid, t, env) values (${day}, 7, 1, ${Buffer.alloc(16)}, 0, ${Buffer.alloc(4)})`;
	await sql`insert into remains (room, day) values (${day}, ${day})`;
	if (room === 'without') return;
	await sql`
		insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, plan, people, card)
		values (${Buffer.alloc(16, day)}, 0, ${day}, 18, 0, '', now(), now(), 0, 2, '')`;
}

/** Every table of a day, attached or not. */
async function tables(): Promise<readonly string[]> {
	const rows = await database.db.sql<{ name: string }[]>`
		select relname as name from pg_class where relname ~ '^envelopes_[0-9]+$' and relkind = 'r' order by 1`;
	return rows.map((row) => row.name);
}

test('a day that is over goes with all that was still to be deleted in it, and one that has a room waits for it', async () => {
	const { db } = database;
	await ensurePartitions(db, today - 2);
	await fill(today - 2, 'without');
	await fill(today - 1, 'with its room');
	await fill(today, 'without');
	expect(await keepDays(db, today)).toEqual({ done: 1, backlog: 1 });
	expect(await partitions()).toEqual(await tables());
	expect(await tables()).not.toContain(`envelopes_${today - 2}`);
	expect(await db.sql`select day from remains order by day`).toEqual([{ day: today - 1 }, { day: today }]);
	await db.sql`delete from rooms`;
	expect(await keepDays(db, today)).toEqual({ done: 1, backlog: 0 });
	expect(await keepDays(db, today)).toEqual({ done: 0, backlog: 0 });
	expect(await tables()).toContain(`envelopes_${today}`);
});

test('the day after tomorrow is made when a partition is missing', async () => {
	const { db } = database;
	await db.sql`drop table ${db.sql(`envelopes_${today + 2}`)}`;
	expect(await keepDays(db, today)).toEqual({ done: 1, backlog: 0 });
	expect(await partitions()).toContain(`envelopes_${today + 2}`);
});

/** Detaching waits for who reads the partition, in two steps; giving up in the second leaves it pending. */
async function cutOffDetaching(day: number): Promise<void> {
	const { db } = database;
	const name = `envelopes_${day}`;
	const reader = await db.sql.reserve();
	await reader`begin`;
	await reader`select from ${reader(name)}`;
	const killed = await db.sql.reserve();
	await killed`set lock_timeout = '200ms'`;
	await expect(killed`alter table envelopes detach partition ${killed(name)} concurrently`).rejects.toThrow('lock timeout');
	await killed`reset lock_timeout`;
	await reader`rollback`;
	reader.release();
	killed.release();
}

test('a run that was killed after detaching, or in the middle of it, is finished by the next', async () => {
	const { db } = database;
	await ensurePartitions(db, today - 2);
	const [detached, pending] = [`envelopes_${today - 2}`, `envelopes_${today - 1}`];
	await db.sql`alter table envelopes detach partition ${db.sql(detached)}`;
	await cutOffDetaching(today - 1);
	expect(await db.sql`select inhrelid::regclass::text as name from pg_inherits where inhdetachpending`).toEqual([
		{ name: pending }
	]);
	expect(await keepDays(db, today)).toEqual({ done: 2, backlog: 0 });
	expect(await tables()).toEqual(await partitions());
});

test('a day whose detaching was cut off is finished before an older one that lost its last room later', async () => {
	const { db } = database;
	await ensurePartitions(db, today - 2);
	await fill(today - 2, 'with its room');
	await cutOffDetaching(today - 1);
	await db.sql`delete from rooms`;
	expect(await keepDays(db, today)).toEqual({ done: 2, backlog: 0 });
	expect(await tables()).toEqual(await partitions());
});

test('while one instance keeps the partitions the others do nothing, and do not wait', async () => {
	const { db } = database;
	const holder = await db.sql.reserve();
	await holder`select pg_advisory_lock(7071003)`;
	expect(await keepDays(db, today + 1)).toEqual({ done: 0, backlog: 0 });
	await holder`select pg_advisory_unlock(7071003)`;
	holder.release();
	await keepDays(db, today + 1);
	expect(await partitions()).toContain(`envelopes_${today + 92}`);
});

test('posts into other days go on while a day is being taken away', async () => {
	const { db } = database;
	await ensurePartitions(db, today - 3);
	const reader = await db.sql.reserve();
	await reader`begin`;
	await reader`select from ${reader(`envelopes_${today - 3}`)}`;
	const going = keepDays(db, today - 2);
	await expect
		.poll(
			() => db.sql`
			select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%concurrently%'`
		)
		.toHaveLength(1);
	await fill(today + 3, 'without');
	await reader`rollback`;
	reader.release();
	expect((await going).done).toBeGreaterThan(0);
});

test('three instances that start together on an empty database migrate it once, and later starts change nothing', async () => {
	const { sql } = database.db;
	await sql`drop schema drizzle cascade`;
	await sql`drop schema public cascade`;
	await sql`create schema public`;
	const pools = [1, 2, 3].map(() => openDatabase(database.url, { max: 1 }));
	await Promise.all(pools.map((pool) => pool.sql`select 1`));
	await Promise.all(pools.map((pool) => migrate(pool)));
	await Promise.all(pools.map((pool) => migrate(pool)));
	await Promise.all(pools.map((pool) => pool.close()));
	const ledger = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`;
	expect(new Set(ledger.map((row) => row.hash)).size).toBe(ledger.length);
	expect(await sql`select * from rooms`).toEqual([]);
});
