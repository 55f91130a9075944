import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './client.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';
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
