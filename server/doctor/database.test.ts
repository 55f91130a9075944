import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../db/client.ts';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { checkDatabase } from './database.ts';
import type { Finding } from './finding.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase({ max: 1 });
});
afterAll(() => database.stop());

const bad = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== 'ok');

/** What the doctor finds in sessions that begin with these settings of the database. */
async function findingsWith(change: (db: TestDatabase['db'], name: string) => Promise<unknown>): Promise<readonly Finding[]> {
	const own = await testDatabase({ max: 1 });
	const name = new URL(own.url).pathname.slice(1);
	await change(own.db, name);
	const db = openDatabase(own.url, { max: 1 });
	try {
		return bad(await checkDatabase(db, Date.now));
	} finally {
		await db.close();
		await own.stop();
	}
}

test('the embedded database is as it should be', async () => {
	expect(bad(await checkDatabase(database.db, Date.now))).toEqual([]);
});

test('a setting that would write what people do into the log is a fault, and is named with its remedy', async () => {
	const found = await findingsWith(({ sql }, name) => sql`alter database ${sql(name)} set log_statement = 'all'`);
	expect(found).toHaveLength(1);
	expect(found[0]?.level).toBe('fault');
	expect(found[0]?.what).toContain("log_statement = 'all'");
	expect(found[0]?.todo).toContain("log_statement = 'none'");
});

test('the server asks for a synchronous commit on each of its connections, whatever the database says', async () => {
	const found = await findingsWith(async ({ sql }, name) => {
		await sql`alter database ${sql(name)} set synchronous_commit = 'off'`;
		await sql`alter role sotto in database ${sql(name)} set synchronous_commit = 'off'`;
	});
	expect(found).toEqual([]);
});

test('a clock that is off by more than a second is a fault, in either direction', async () => {
	for (const offMs of [-2_000, 2_000]) {
		const found = bad(await checkDatabase(database.db, () => Date.now() + offMs));
		expect(found.map(({ level }) => level)).toEqual(['fault']);
	}
	expect(bad(await checkDatabase(database.db, () => Date.now() + 200))).toEqual([]);
});

test('rooms that ended and were left over are counted, and a database without tables is no fault', async () => {
	const left = await findingsWith(
		({ sql }) => sql`
			insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, plan, people, card)
			values ('a', 1, 1, 18, 0, 'a', now(), now() - interval '1 minute', 0, 2, 'a')`
	);
	expect(left[0]).toMatchObject({ level: 'warning' });
	expect(left[0]?.what).toContain('closed to everybody: 1.');
	expect(await findingsWith(({ sql }) => sql`drop table rooms`)).toEqual([]);
});

test('rooms whose messages are still to be deleted are counted too, and a database of a version without such a table is no fault', async () => {
	const left = await findingsWith(async ({ sql }) => {
		await sql`
			insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, plan, people, card)
			values ('a', 1, 1, 18, 0, 'a', now(), now() - interval '1 minute', 0, 2, 'a')`;
		await sql`insert into remains (room, day) values (7, 1), (8, 1)`;
	});
	expect(left[0]).toMatchObject({ level: 'warning' });
	expect(left[0]?.what).toContain('closed to everybody: 3.');
	expect(await findingsWith(({ sql }) => sql`drop table remains`)).toEqual([]);
});
