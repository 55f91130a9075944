import { afterAll, beforeAll, expect, test } from 'vitest';
import { ring } from '#protocol/live';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import type { Result, TestRoom, TestSocket } from '../testing-people.ts';
import { codeIn, join, makeEnvelope, openRoom, text } from '../testing-people.ts';

const liveWithoutPassword = 0x14;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const makeContent = () => makeEnvelope({ slots: true });
const posted = (result: Result) => result.data?.postEnvelope;

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url, modes: ['stored', 'relayed'], limits: { operationsInFlight: 1_000 } });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});

const openLive = (): Promise<TestRoom> => openRoom(server, { byte0: liveWithoutPassword });

async function post(socket: TestSocket, env: Uint8Array, rest: object = {}) {
	const result = await socket.run('post', { env: text(env), ...rest });
	return posted(result) ?? codeIn(result);
}

/** Everything that any table of the database holds, as text. */
async function everything(): Promise<string> {
	const { sql } = database.db;
	const tables = await sql<{ name: string }[]>`
		select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
	const contents = await Promise.all(
		tables.map(({ name }) => sql<{ text: string }[]>`select coalesce(string_agg(t::text, ' '), '') as text from ${sql(name)} t`)
	);
	return contents.map(([row]) => row?.text).join(' ');
}

test('a Live room lasts an hour and has sixteen places, whatever the plan gives a stored one', async () => {
	await openLive();
	const [row] = await database.db.sql`
		select people, cap, extract(epoch from expires_at - created_at)::int as seconds from rooms where id = (select max(id) from rooms)`;
	expect(row).toMatchObject({ people: 16, cap: null });
	expect(Math.abs(Number(row?.['seconds']) - 3600)).toBeLessThanOrEqual(1);
});

test('what is said reaches whoever is there, numbered, and lies in no table', async () => {
	const room = await openLive();
	const [alice, bob] = [await join(server, room), await join(server, room)];
	const following = bob.follow();
	await following.until(({ events }) => events.length > 0);
	const envelopes = upTo(30).map(makeContent);
	const answers = await Promise.all(envelopes.map((env) => post(alice, env)));
	expect(answers.map(({ seq, status }) => [seq, status])).toEqual(upTo(30).map((seq) => [seq, 'RELAYED']));
	await following.until(({ seqs }) => seqs.length === 30);
	expect(following.events.slice(-30).map(({ env }) => env)).toEqual(envelopes.map(text));
	const tables = await everything();
	expect(tables).toContain('\\x');
	for (const env of envelopes) expect(tables).not.toContain(env.subarray(4, 36).toString('hex'));
});

test('content under the key that everybody has is refused, and in a stored room content with slots is', async () => {
	const alice = await join(server, await openLive());
	expect(await post(alice, makeEnvelope())).toBe('ENV_LENGTH');
	const bob = await join(server, await openRoom(server));
	expect(await post(bob, makeContent())).toBe('ENV_LENGTH');
});

test('who comes back hears what they missed, once and in order, and a newcomer nothing of before', async () => {
	const room = await openLive();
	const [alice, bob] = [await join(server, room), await join(server, room)];
	for (const _ of upTo(5)) await post(alice, makeContent());
	const back = bob.follow({ after: 2 });
	await back.until(({ seqs }) => seqs.length === 3);
	await post(alice, makeContent());
	await back.until(({ seqs }) => seqs.length === 4);
	expect(back.seqs).toEqual([3, 4, 5, 6]);
	const carol = await join(server, room);
	const late = carol.follow();
	await late.until(({ events }) => events.length > 0);
	await post(alice, makeContent());
	await late.until(({ seqs }) => seqs.length > 0);
	expect(late.seqs).toEqual([7]);
	const page = (await bob.run('history', { after: 3 })).data.history;
	expect([page.headSeq, page.rows.map(({ seq }: { seq: number }) => seq)]).toEqual([7, [4, 5, 6, 7]]);
});

test('an envelope that is posted again keeps its number and is passed on once, in one batch and in two', async () => {
	const room = await openLive();
	const [alice, bob] = [await join(server, room), await join(server, room)];
	const following = bob.follow();
	await following.until(({ events }) => events.length > 0);
	const env = makeContent();
	const copies = await Promise.all(upTo(4).map(() => post(alice, env)));
	expect(copies.map(({ seq }) => seq)).toEqual([1, 1, 1, 1]);
	expect(copies.filter(({ status }) => status === 'RELAYED')).toHaveLength(1);
	expect(await post(alice, env)).toMatchObject({ seq: 1, status: 'DUP' });
	expect(await post(alice, makeContent())).toMatchObject({ seq: 2 });
	await following.until(({ seqs }) => seqs.length === 2);
	expect(following.seqs).toEqual([1, 2]);
});

test('no more than the newest 128 are remembered, none of a room that ended', async () => {
	const room = await openLive();
	const alice = await join(server, room);
	await Promise.all(upTo(ring.envelopes + 10).map(() => post(alice, makeContent())));
	const back = alice.follow({ after: 0 });
	await back.until(({ seqs }) => seqs.length === ring.envelopes);
	expect(back.seqs).toEqual(upTo(ring.envelopes).map((n) => n + 10));
	const ref = [...server.services.access.sessions.rooms()].at(-1)?.ref ?? '';
	expect(server.services.rings.envelopes(ref)).toHaveLength(ring.envelopes);
	void alice.run('purge');
	await alice.closed;
	expect(server.services.rings.envelopes(ref)).toEqual([]);
});
