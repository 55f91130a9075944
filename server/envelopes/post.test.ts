import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import type { TestServer } from '../testing.ts';
import type { Result, TestRoom } from '../testing-people.ts';
import { startServer } from '../testing.ts';
import { codeIn, join, makeEnvelope, openRoom, text } from '../testing-people.ts';

let database: TestDatabase;
let server: TestServer;
/** A second instance over the same database. */
let other: TestServer;

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url, limits: { operationsInFlight: 1_000 } });
	other = await startServer({ databaseUrl: database.url, limits: { operationsInFlight: 1_000 } });
});
afterAll(async () => {
	await server.stop();
	await other.stop();
	await database.stop();
});

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const posted = (result: Result) => result.data?.postEnvelope;

async function storedSeqs(): Promise<number[]> {
	const rows = await database.db.sql`select seq from envelopes where room = (select max(id) from rooms) order by seq`;
	return rows.map(({ seq }) => seq);
}

async function expireNewest(): Promise<void> {
	await database.db.sql`update rooms set expires_at = now() - interval '1 second' where id = (select max(id) from rooms)`;
}

test('of a hundred posts at once into a room for fifty, exactly fifty are stored, numbered without a hole, and the rest refused', async () => {
	const room = await openRoom(server);
	const people = await Promise.all(upTo(5).map(() => join(server, room)));
	const results = await Promise.all(upTo(100).map((n) => people[n % 5]?.run('post', { env: text(makeEnvelope()) })));
	const seqs = results.flatMap((result) => posted(result ?? {})?.seq ?? []);
	expect(seqs.sort((a, b) => a - b)).toEqual(upTo(50));
	expect(results.filter((result) => codeIn(result ?? {}) === 'QUOTA_MESSAGES')).toHaveLength(50);
	expect(await storedSeqs()).toEqual(upTo(50));
});

test('a post that crosses the limit inside one batch is refused, and the ones before it are stored', async () => {
	const room = await openRoom(server, { cap: 3 });
	const alice = await join(server, room);
	const results = await Promise.all(upTo(5).map(() => alice.run('post', { env: text(makeEnvelope()) })));
	expect(results.map((result) => posted(result)?.seq ?? codeIn(result))).toEqual([1, 2, 3, 'QUOTA_MESSAGES', 'QUOTA_MESSAGES']);
});

test('posts of one session keep their order', async () => {
	const room = await openRoom(server, { cap: null });
	const alice = await join(server, room);
	const results = await Promise.all(upTo(300).map(() => alice.run('post', { env: text(makeEnvelope()) })));
	expect(results.map((result) => posted(result)?.seq)).toEqual(upTo(300));
});

test('an envelope that is posted again gets its old number and takes no new one, at a full room too', async () => {
	const room = await openRoom(server, { cap: 2 });
	const alice = await join(server, room);
	const env = text(makeEnvelope());
	const first = posted(await alice.run('post', { env }));
	expect(posted(await alice.run('post', { env }))).toEqual({ ...first, status: 'DUP' });
	expect(posted(await alice.run('post', { env: text(makeEnvelope()) }))).toMatchObject({ seq: 2, status: 'STORED' });
	expect(posted(await alice.run('post', { env }))).toEqual({ ...first, status: 'DUP' });
	expect(await storedSeqs()).toEqual([1, 2]);
});

test('of copies that arrive at the same time one is stored and the others are repeats of it', async () => {
	const room = await openRoom(server);
	const [alice, bob] = [await join(server, room), await join(server, room)];
	const following = bob.follow();
	await following.until(({ events }) => events.length > 0);
	const env = text(makeEnvelope());
	const results = await Promise.all(upTo(6).map(() => alice.run('post', { env })));
	expect(results.map((result) => posted(result)?.seq)).toEqual([1, 1, 1, 1, 1, 1]);
	expect(results.filter((result) => posted(result)?.status === 'STORED')).toHaveLength(1);
	await alice.run('post', { env: text(makeEnvelope()) });
	await following.until(({ seqs }) => seqs.includes(2));
	expect(following.seqs).toEqual([1, 2]);
});

test('two instances that get the same envelopes at the same time store each once, without a hole', async () => {
	const room = await openRoom(server, { cap: null });
	const id = (await database.db.sql`select max(id) as id from rooms`)[0]?.id;
	const session = { id: 's', room: await handleOf(id), tag: 'AAAAAAAAAAA', watch: false, ended: false };
	const envelopes = upTo(150).map(() => makeEnvelope());
	const results = await Promise.all(
		[server, other].flatMap(({ services }) => envelopes.map((env) => services.posts.post({ session, env, burnSeconds: null })))
	);
	const alice = await join(server, room);
	expect(await storedSeqs()).toEqual(upTo(150));
	for (const n of upTo(150)) {
		const pair = [results[n - 1], results[n + 149]];
		expect(pair[0]?.seq).toBe(pair[1]?.seq);
		expect(pair.map((answer) => answer?.status).sort()).toEqual(['DUP', 'STORED']);
	}
	expect((await alice.run('history')).data.history.headSeq).toBe(150);
});

async function handleOf(id: bigint) {
	const [row] = await database.db.sql`select id, day, epoch, slot from rooms where id = ${id}`;
	const times = { createdAt: Date.now(), expiresAt: Date.now() + 1e9 };
	return {
		id,
		mode: 'stored' as const,
		endsEmpty: false,
		day: row?.day,
		ref: 'ref',
		people: 20,
		epoch: row?.epoch,
		slot: row?.slot,
		...times
	};
}

test('an ended room takes no post, no repeat, gives no history and no subscription, although its rows are still there', async () => {
	const room = await openRoom(server);
	const alice = await join(server, room);
	const env = text(makeEnvelope());
	expect(posted(await alice.run('post', { env })).status).toBe('STORED');
	await expireNewest();
	expect(codeIn(await alice.run('post', { env }))).toBe('ROOM_GONE');
	expect(codeIn(await alice.run('post', { env: text(makeEnvelope()) }))).toBe('ROOM_GONE');
	expect(codeIn(await alice.run('history'))).toBe('ROOM_GONE');
	expect(codeIn(await alice.run('room', { after: 0 }))).toBe('ROOM_GONE');
	expect(await storedSeqs()).toEqual([1]);
});

test('an envelope with anything wrong on its outside is refused: version, kind, length, and what a stored room never keeps', async () => {
	const alice = await join(server, await openRoom(server));
	const changed = (offset: number, value: number) => Object.assign(makeEnvelope(), { [offset]: value });
	const wrong = [
		Buffer.alloc(0),
		changed(0, 2),
		changed(1, 2),
		changed(2, 2),
		changed(3, 1),
		makeEnvelope().subarray(1),
		Buffer.concat([makeEnvelope(), Buffer.alloc(1)]),
		makeEnvelope({ bucket: 'L' }),
		makeEnvelope({ slots: true })
	];
	for (const env of wrong) expect(codeIn(await alice.run('post', { env: text(env) }))).toBe('ENV_LENGTH');
	expect(await storedSeqs()).toEqual([]);
});

test('a control envelope is passed on live with number 0, and is neither counted nor kept', async () => {
	const room = await openRoom(server, { cap: 1 });
	const [alice, bob] = [await join(server, room), await join(server, room)];
	const following = bob.follow({ after: 0 });
	await following.until(({ events }) => events.length > 0);
	const env = text(makeEnvelope({ kind: 'control', bucket: 'L', slots: true }));
	expect(posted(await alice.run('post', { env }))).toEqual({ seq: 0, t: expect.any(Number), status: 'RELAYED' });
	await following.until(({ events }) => events.some((event) => event.env === env));
	expect(posted(await alice.run('post', { env: text(makeEnvelope()) })).status).toBe('STORED');
	expect((await alice.run('history')).data.history.rows).toHaveLength(1);
});

test('a row whose time to burn has passed is history without its content, and replayed as burned', async () => {
	const room = await openRoom(server);
	const alice = await join(server, room);
	for (const burnSeconds of [10, null]) await alice.run('post', { env: text(makeEnvelope()), burnSeconds });
	const [live] = (await alice.run('history')).data.history.rows;
	expect(live.burnAt).toBeGreaterThan(Date.now());
	expect(live.env).toEqual(expect.any(String));
	await database.db.sql`update envelopes set burn_at = now() where burn_at is not null`;
	const { rows } = (await alice.run('history')).data.history;
	expect(rows.map(({ env }: { env: unknown }) => env === null)).toEqual([true, false]);
	const bob = await join(server, room);
	const following = await bob.follow({ after: 0 }).until(({ events }) => events.length >= 3);
	expect(following.events[1]).toEqual({ __typename: 'Burned', seq: 1 });
	expect(following.seqs).toEqual([2]);
});

test('a time to burn that is not on the list, or on a control envelope, is refused', async () => {
	const alice = await join(server, await openRoom(server));
	expect(codeIn(await alice.run('post', { env: text(makeEnvelope()), burnSeconds: 11 }))).toBe('BAD_INPUT');
	expect(codeIn(await alice.run('post', { env: text(makeEnvelope({ kind: 'control' })), burnSeconds: 10 }))).toBe('BAD_INPUT');
});

test('history gives the newest page, pages back before a number, and forth after one', async () => {
	const room = await openRoom(server, { cap: null });
	const alice = await join(server, room);
	await Promise.all(upTo(120).map(() => alice.run('post', { env: text(makeEnvelope()) })));
	const seqs = async (page: Readonly<Record<string, number>>) => {
		const { history } = (await alice.run('history', page)).data;
		expect(history.headSeq).toBe(120);
		return history.rows.map(({ seq }: { seq: number }) => seq);
	};
	expect(await seqs({})).toEqual(upTo(120).slice(70));
	expect(await seqs({ before: 71 })).toEqual(upTo(120).slice(20, 70));
	expect(await seqs({ after: 10, limit: 5 })).toEqual([11, 12, 13, 14, 15]);
	expect(await seqs({ after: 117 })).toEqual([118, 119, 120]);
	expect(await seqs({ before: 1 })).toEqual([]);
	expect(codeIn(await alice.run('history', { limit: 51 }))).toBe('BAD_INPUT');
	expect(codeIn(await alice.run('history', { limit: 0 }))).toBe('BAD_INPUT');
});

test('the session of one room reads, follows and posts into that room alone', async () => {
	const [mine, theirs] = [await openRoom(server), await openRoom(server)];
	const [alice, eve] = [await join(server, mine), await join(server, theirs)];
	const [hers, evil] = [alice.follow({ after: 0 }), eve.follow({ after: 0 })];
	await hers.until(({ events }) => events.length > 0);
	await evil.until(({ events }) => events.length > 0);
	await alice.run('post', { env: text(makeEnvelope()) });
	await hers.until(({ seqs }) => seqs.length === 1);
	await eve.run('post', { env: text(makeEnvelope({ kind: 'control' })) });
	await evil.until(({ events }) => events.some((event) => event.__typename === 'Envelope'));
	expect(evil.seqs).toEqual([]);
	expect((await eve.run('history')).data.history).toEqual({ rows: [], headSeq: 0 });
	expect(hers.events.filter((event) => event.__typename === 'Envelope')).toHaveLength(1);
});

test('without a session, and after leaving, nothing of a room can be read, followed, posted or purged', async () => {
	const room = await openRoom(server);
	const [alice, bob] = [await join(server, room), await join(server, room)];
	const following = alice.follow();
	await following.until(({ events }) => events.length > 0);
	expect(codeIn(await alice.run('leave'))).toBeUndefined();
	await refusesEverything(alice);
	await bob.run('post', { env: text(makeEnvelope()) });
	await following.until(({ completed }) => completed);
	expect(following.seqs).toEqual([]);
});

async function refusesEverything(person: Awaited<ReturnType<typeof join>>): Promise<void> {
	const env = text(makeEnvelope());
	for (const name of ['history', 'purge', 'leave', 'unlockJoins', 'room'] as const)
		expect(codeIn(await person.run(name))).toBe('NO_SESSION');
	expect(codeIn(await person.run('post', { env }))).toBe('NO_SESSION');
}

test('a session that only watches reads history and gets no live frames and no say', async () => {
	const room: TestRoom = await openRoom(server);
	const watcher = await join(server, room, { watch: true });
	expect((await watcher.run('history')).data.history.headSeq).toBe(0);
	expect(codeIn(await watcher.run('room'))).toBe('NO_SESSION');
	expect(codeIn(await watcher.run('post', { env: text(makeEnvelope()) }))).toBe('NO_SESSION');
});

test('history without a limit is as long as the server allows', async () => {
	const short = await startServer({ databaseUrl: database.url, limits: { historyRows: 3 } });
	const alice = await join(short, await openRoom(short));
	for (const _ of upTo(5)) await alice.run('post', { env: text(makeEnvelope()) });
	const seqs = (result: Result) => result.data.history.rows.map(({ seq }: { seq: number }) => seq);
	expect(seqs(await alice.run('history'))).toEqual([3, 4, 5]);
	expect(codeIn(await alice.run('history', { limit: 4 }))).toBe('BAD_INPUT');
	await short.stop();
});
