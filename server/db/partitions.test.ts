import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('migrating again, in three instances at once, changes nothing', async () => {
	const { sql } = database.db;
	const count = async () =>
		(await sql<{ count: number }[]>`select count(*)::int as count from drizzle.__drizzle_migrations`)[0]?.count;
	const before = await count();
	await Promise.all([migrate(database.db), migrate(database.db), migrate(database.db)]);
	expect(await count()).toBe(before);
});
