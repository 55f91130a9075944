import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Sql } from '../db/client.ts';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { findRoom, roomsOfOtherHours, roomsOver } from './rows.ts';

const count = 2_500;
let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
	await database.db.sql`
		insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, plan, people, card)
		select decode(lpad(to_hex(n), 32, '0'), 'hex'), n % 2, 1, 18, n, '', now(), now() + (n % 5 - 2) * interval '1 hour', 0, 2, ''
		from generate_series(1, ${2 * count}::int) as n`;
});
afterAll(() => database.stop());

/** A database beside which stands how many numbers each list had that it was given. */
function measure(db: Database): { readonly db: Database; readonly lists: number[] } {
	const lists: number[] = [];
	const sql: Sql = new Proxy(db.sql, {
		apply(target, self, values: unknown[]) {
			for (const value of values) if (typeof value === 'string' && value.startsWith('{')) lists.push(value.split(',').length);
			return Reflect.apply(target, self, values);
		}
	});
	return { db: { ...db, sql }, lists };
}

test('of however many rooms it is asked which are over, a thousand at a time', async () => {
	const ids = await database.db.sql<{ id: bigint; over: boolean }[]>`
		select id, expires_at <= now() as over from rooms order by id`;
	const { db, lists } = measure(database.db);
	const unknown = 1_000_000n;
	const over = await roomsOver(db, [...ids.map(({ id }) => id), unknown]);
	expect(over.toSorted((a, b) => Number(a - b))).toEqual([...ids.filter((row) => row.over).map(({ id }) => id), unknown]);
	expect(lists).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1]);
	expect(await roomsOver(db, [])).toEqual([]);
});

test('the rooms of other hours come a thousand at a time, each once and in the order of their ids', async () => {
	const pages: number[] = [];
	const ids: bigint[] = [];
	for await (const rows of roomsOfOtherHours(database.db, [1])) {
		pages.push(rows.length);
		ids.push(...rows.map(({ id }) => id));
		expect(rows.every(({ epoch }) => epoch === 0)).toBe(true);
	}
	expect(pages).toEqual([1_000, 1_000, 500]);
	expect(new Set(ids).size).toBe(count);
	expect(ids).toEqual(ids.toSorted((a, b) => Number(a - b)));
});

test('where all rooms end in these hours there is none of other hours', async () => {
	for await (const _ of roomsOfOtherHours(database.db, [0, 1])) expect.unreachable();
});

test('a room whose people are told of its end is over for whoever asks', async () => {
	const [room] = await database.db.sql<{ id: bigint; ref: Buffer }[]>`select id, ref from rooms order by id limit 1`;
	if (room === undefined) throw new Error('no room');
	const endIn = (ms: number) =>
		database.db.sql`update rooms set expires_at = clock_timestamp() + make_interval(secs => ${ms / 1000}) where id = ${room.id}`;
	await endIn(60_000);
	expect(await findRoom(database.db, room.ref)).toMatchObject({ id: room.id });
	expect(await roomsOver(database.db, [room.id])).toEqual([]);
	await endIn(20);
	expect(await findRoom(database.db, room.ref)).toBeNull();
	expect(await roomsOver(database.db, [room.id])).toEqual([room.id]);
});
