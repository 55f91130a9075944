import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../db/client.ts';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { createMemoryBus } from '../fanout/memory-bus.ts';
import { blockSize, createNumbers } from './numbers.ts';

let database: TestDatabase;

beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database.stop());

const hour = 3_600_000;
const bus = createMemoryBus();
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const newNumbers = (db: Database = database.db) => createNumbers({ db, bus, now: Date.now });

async function openRoom() {
	const [expiresAt, ref] = [Date.now() + hour, randomBytes(16)];
	const [row] = await database.db.sql`
		insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, plan, people, card)
		values (${ref}, 0, 30000, 20, 0, ${randomBytes(108)}, now(), to_timestamp(${expiresAt / 1000}), 0, 16,
			${randomBytes(1364)}) returning id`;
	return { id: BigInt(row?.id), ref: ref.toString('hex'), expiresAt };
}

async function nextSeqOf({ id }: { readonly id: bigint }): Promise<number> {
	const [row] = await database.db.sql`select next_seq from rooms where id = ${id}`;
	return row?.next_seq;
}

/** A database each of whose statements waits for `gate`, when there is one. */
class Gated {
	gate: Promise<unknown> | null = null;
	readonly db: Database;

	constructor() {
		const pass = (target: Database['sql'], self: unknown, args: unknown[]) => Reflect.apply(target, self, args);
		const sql = new Proxy(database.db.sql, {
			apply: (target, self, args) =>
				this.gate === null ? pass(target, self, args) : this.gate.then(() => pass(target, self, args))
		});
		this.db = { ...database.db, sql };
	}

	/** Until what it returns is called. */
	hold(): () => void {
		const { promise, resolve } = Promise.withResolvers<undefined>();
		this.gate = promise;
		return () => resolve(undefined);
	}
}

test('a room’s numbers begin at 1 and have no hole, one at a time and many at once, over the ends of blocks', async () => {
	const [room, other] = [await openRoom(), await openRoom()];
	const numbers = newNumbers();
	expect(await numbers.head(room)).toBeNull();
	const given: number[] = [];
	for (let n = 0; n < 2 * blockSize; n++) given.push(...(await numbers.take(room, 1)));
	for (const count of [blockSize + 3, 1, 2 * blockSize]) given.push(...(await numbers.take(room, count)));
	expect(given).toEqual(upTo(given.length));
	expect(await numbers.head(room)).toBe(given.length);
	expect(await numbers.take(other, 2)).toEqual([1, 2]);
});

test('the room’s row is written once for many', async () => {
	const room = await openRoom();
	const numbers = newNumbers();
	for (let n = 0; n < blockSize / 2; n++) await numbers.take(room, 1);
	expect(await nextSeqOf(room)).toBe(blockSize + 2);
});

test('two processes never give the same number, and each one’s rise', async () => {
	const room = await openRoom();
	const given = await Promise.all(
		[newNumbers(), newNumbers()].map(async (numbers) => {
			const own: number[] = [];
			for (let n = 0; n < 3 * blockSize; n++) own.push(...(await numbers.take(room, 1)));
			return own;
		})
	);
	for (const own of given) expect(own).toEqual(own.toSorted((one, other) => one - other));
	expect(new Set(given.flat()).size).toBe(6 * blockSize);
});

test('the next process goes on above what the one before had', async () => {
	const room = await openRoom();
	await newNumbers().take(room, 5);
	const before = await nextSeqOf(room);
	expect(await newNumbers().take(room, 2)).toEqual([before, before + 1]);
});

test('a room whose time is over gives what is left, and then nothing', async () => {
	const room = await openRoom();
	const numbers = newNumbers();
	await numbers.take(room, 1);
	const left = (await nextSeqOf(room)) - 2;
	await database.db.sql`update rooms set expires_at = clock_timestamp() where id = ${room.id}`;
	expect(await numbers.take(room, left + 2)).toEqual(upTo(left).map((n) => n + 1));
});

test('a room that is purged gives nothing from then on, nor to whoever was waiting', async () => {
	const room = await openRoom();
	const house = new Gated();
	const numbers = newNumbers(house.db);
	const release = house.hold();
	const waiting = numbers.take(room, 1);
	bus.publish(room.ref, { kind: 'gone', reason: 'purged' });
	release();
	expect(await waiting).toEqual([]);
	expect(await numbers.head(room)).toBeNull();
});

test('whoever comes while the first numbers are asked for is told of none of those that will be given', async () => {
	const room = await openRoom();
	const house = new Gated();
	const numbers = newNumbers(house.db);
	const release = house.hold();
	const taking = numbers.take(room, 1);
	const head = numbers.head(room);
	release();
	expect([0, 1]).toContain(await head);
	expect(await taking).toEqual([1]);
});

test('a database that does not answer is said to whoever runs out of numbers, and forgotten when it does', async () => {
	const room = await openRoom();
	const house = new Gated();
	const numbers = newNumbers(house.db);
	await numbers.take(room, 1);
	house.gate = Promise.reject(new Error('down'));
	house.gate.catch(() => undefined);
	const left = (await nextSeqOf(room)) - 2;
	expect(await numbers.take(room, left)).toHaveLength(left);
	await expect(numbers.take(room, 1)).rejects.toThrow('down');
	house.gate = null;
	expect(await numbers.take(room, 1)).toEqual([left + 2]);
});
