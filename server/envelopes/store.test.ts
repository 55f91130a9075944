import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { arrayOf } from '../db/arrays.ts';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { makeEnvelope } from '../testing-people.ts';
import { storeRepeats } from './store-repeats.ts';
import type { Post } from './store.ts';
import { storePosts } from './store.ts';

let database: TestDatabase;
let rooms: readonly bigint[];
const day = Math.floor(Date.now() / 86_400_000) + 30;

beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
	rooms = await Promise.all([null, 2, null].map((cap, index) => insertRoom(cap, index === 2 ? -1 : 60)));
});

async function insertRoom(cap: number | null, secondsLeft: number): Promise<bigint> {
	const [row] = await database.db.sql`
		insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, cap, plan, people, card)
		values (${randomBytes(16)}, 0, ${day}, 18, 0, ${randomBytes(108)}, now() - interval '90 seconds',
			now() + make_interval(secs => ${secondsLeft}), ${cap}, 0, 20, ${randomBytes(1364)}) returning id`;
	return row?.id;
}

const post = (room: number, burnSeconds: number | null = null): Post => ({
	room: rooms[room] ?? 0n,
	env: makeEnvelope(),
	burnSeconds
});
const [open, small, ended] = [0, 1, 2];

describe.each([
	['for new posts', storePosts],
	['for posts that may be there', storeRepeats]
])('the statement %s', (_name, store) => {
	test('numbers the posts of each room in their order, whatever stands between them', async () => {
		const posts = [post(open), post(small), post(open), post(small), post(open)];
		const outcomes = await store(database.db, day, posts);
		expect(outcomes.map((outcome) => 'seq' in outcome && outcome.seq)).toEqual([1, 1, 2, 2, 3]);
		const rows = await database.db.sql`select env from envelopes where day = ${day} and room = ${rooms[open] ?? 0n} order by seq`;
		expect(rows.map(({ env }) => env)).toEqual([posts[0]?.env, posts[2]?.env, posts[4]?.env]);
	});

	test('gives a full room and an ended room nothing, and the others what they asked for', async () => {
		const outcomes = await store(database.db, day, [post(ended), post(small), post(small), post(small), post(open)]);
		expect(outcomes.map(({ kind }) => kind)).toEqual(['gone', 'stored', 'stored', 'full', 'stored']);
		const [row] = await database.db.sql`select next_seq, used from rooms where id = ${rooms[small] ?? 0n}`;
		expect(row).toEqual({ next_seq: 3, used: 2 });
	});

	test('takes its rooms in the order of their numbers, wherever their rows lie', async () => {
		const { sql } = database.db;
		const [first, second, third] = [await insertRoom(null, 60), await insertRoom(null, 60), await insertRoom(null, 60)];
		// Its row lies behind the others' now.
		await sql`update rooms set people = 19 where id = ${first}`;
		const { promise: isOver, resolve: release } = Promise.withResolvers<undefined>();
		const { promise: isHeld, resolve: held } = Promise.withResolvers<undefined>();
		const holding = sql.begin(async (tx) => {
			await tx`select from rooms where id = ${second} for update`;
			held(undefined);
			await isOver;
		});
		await isHeld;
		const posts = [third, second, first].map((room): Post => ({ ...post(open), room }));
		const storing = store(database.db, day, posts);
		// Other files' databases are in the same cluster.
		const waiting = async () =>
			(await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length;
		await expect.poll(waiting).toBe(1);
		// In one statement, which holds them no longer.
		const free =
			await sql`select id from rooms where id = any (${arrayOf([first, second, third])}::bigint[]) for no key update skip locked`;
		release(undefined);
		await holding;
		expect(free).toEqual([{ id: third }]);
		expect((await storing).map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored']);
	});

	test("tells the time by the database's clock: whole seconds since the room was made, and when the row burns", async () => {
		const [first, second] = await store(database.db, day, [post(open), post(open, 60)]);
		expect(first).toEqual({ kind: 'stored', seq: 1, t: 90, burnAt: null });
		const [row] = await database.db
			.sql`select extract(epoch from burn_at) * 1000 as at from envelopes where room = ${rooms[open] ?? 0n} and seq = 2`;
		expect(second).toMatchObject({ kind: 'stored', seq: 2 });
		expect(second?.kind === 'stored' && second.burnAt).toBeCloseTo(Number(row?.at), 0);
	});
});

test('a known message id makes the statement for new posts fail as a whole', async () => {
	const known = post(open);
	await storePosts(database.db, day, [known]);
	await expect(storePosts(database.db, day, [post(small), known])).rejects.toMatchObject({ code: '23505' });
	expect(await storePosts(database.db, day, [post(small)])).toMatchObject([{ kind: 'stored', seq: 1 }]);
});

test('a known message id gets its old number and time from the other one, and takes no number', async () => {
	const known = post(open);
	await storePosts(database.db, day, [known]);
	const outcomes = await storeRepeats(database.db, day, [post(open), known, post(open)]);
	expect(outcomes).toMatchObject([
		{ kind: 'stored', seq: 2 },
		{ kind: 'repeated', seq: 1, t: 90 },
		{ kind: 'stored', seq: 3 }
	]);
});

test('a known message id of a room that has ended since is gone with it', async () => {
	const known = post(open);
	await storePosts(database.db, day, [known]);
	await database.db.sql`update rooms set expires_at = now() where id = ${rooms[open] ?? 0n}`;
	expect(await storeRepeats(database.db, day, [known])).toEqual([{ kind: 'gone' }]);
});
