import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import type { TestServer } from '../testing.ts';
import type { Following, TestSocket } from '../testing-people.ts';
import { startServer } from '../testing.ts';
import { join, makeEnvelope, openRoom, text } from '../testing-people.ts';

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url, limits: { bufferedBytes: 65_536, operationsInFlight: 500 } });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const post = (from: TestSocket) => from.run('post', { env: text(makeEnvelope()) });

test('readers that come and go while others post miss nothing and get nothing twice', async () => {
	const room = await openRoom(server, { people: 100, cap: null });
	const writers = await Promise.all(upTo(4).map(() => join(server, room)));
	let writing = true;
	const write = async (writer: TestSocket) => {
		while (writing) await post(writer);
	};
	const read = async () => {
		const seen: number[] = [];
		for (let visit = 0; visit < 6; visit++) {
			const reader = await join(server, room);
			const following = reader.follow({ after: seen.at(-1) ?? 0 });
			const goal = following.seqs.length + 5 + visit;
			await following.until(({ seqs }) => seqs.length >= goal);
			seen.push(...following.seqs);
			reader.ws.terminate();
		}
		return seen;
	};
	const done = writers.map(write);
	const visits = await Promise.all(upTo(5).map(read));
	writing = false;
	await Promise.all(done);
	for (const seen of visits) expect(seen).toEqual(upTo(seen.length));
});

test('a reader that is far behind gets the newest rows of a replay, and sees by their number that there are older ones', async () => {
	const room = await openRoom(server, { cap: null });
	const alice = await join(server, room);
	await Promise.all(upTo(230).map(() => post(alice)));
	const following = await alice.follow({ after: 10 }).until(({ seqs }) => seqs.length >= 200);
	expect(following.seqs).toEqual(upTo(230).slice(30));
	const { rows } = (await alice.run('history', { after: 10, before: 31 })).data.history;
	expect(rows.map(({ seq }: { seq: number }) => seq)).toEqual(upTo(30).slice(10));
});

test('a reader that stops reading is closed with 4008, comes back by number, and nobody else notices', async () => {
	const room = await openRoom(server, { cap: null });
	const [alice, bob, slow] = [await join(server, room), await join(server, room), await join(server, room)];
	const [hers, his, slows] = [alice.follow(), bob.follow(), slow.follow()];
	for (const following of [hers, his, slows]) await following.until(({ events }) => events.length > 0);
	slow.ws.pause();
	const dropped = () => Number(/^sotto_slow_readers_total (\d+)$/m.exec(server.services.metrics.text())?.[1]);
	const before = dropped();
	let posts = 0;
	while (dropped() === before) {
		await Promise.all(upTo(200).map(() => post(bob)));
		posts += 200;
	}
	await his.until(({ seqs }) => seqs.length === posts);
	await hers.until(({ seqs }) => seqs.length === posts);
	slow.ws.resume();
	expect((await slow.closed).code).toBe(4008);
	expect(slows.seqs).toEqual(upTo(slows.seqs.length));
	expect(slows.seqs.length).toBeLessThan(posts);
	expect(hers.seqs).toEqual(upTo(posts));
	const back = (await join(server, room)).follow({ after: posts - 3 });
	expect((await back.until(({ seqs }) => seqs.length === 3)).seqs).toEqual([posts - 2, posts - 1, posts]);
});

test('somebody who asks much and reads nothing is closed with 4008', async () => {
	const room = await openRoom(server, { cap: null });
	const alice = await join(server, room);
	await Promise.all(upTo(50).map(() => post(alice)));
	alice.ws.pause();
	for (const _ of upTo(400)) void alice.run('history');
	alice.ws.resume();
	expect((await alice.closed).code).toBe(4008);
});

test('a frame has the form that executing its document gives, aliases and all', async () => {
	const room = await openRoom(server);
	const alice = await join(server, room);
	const following = await alice.follow({}, 'other', 'roomOtherwise').until(({ events }) => events.length > 0);
	await post(alice);
	await following.until(({ events }) => events.length > 1);
	expect(following.events).toEqual([{ happened: { is: 'Presence' } }, { happened: { is: 'Envelope', number: 1 } }]);
});

test('a room hears who comes and who leaves', async () => {
	const room = await openRoom(server);
	const alice = await join(server, room);
	const following: Following = await alice.follow().until(({ events }) => events.length > 0);
	const own = following.events[0].joined;
	const bob = await join(server, room);
	const his = await bob.follow().until(({ events }) => events.length > 0);
	await following.until(({ events }) => events.length > 1);
	await bob.run('leave');
	await following.until(({ events }) => events.length > 2);
	const tag = his.events[0].joined.find((joined: string) => joined !== own[0]);
	expect(his.events).toEqual([{ __typename: 'Presence', count: 2, joined: [own[0], tag], left: [] }]);
	expect(following.events).toEqual([
		{ __typename: 'Presence', count: 1, joined: own, left: [] },
		{ __typename: 'Presence', count: 2, joined: [tag], left: [] },
		{ __typename: 'Presence', count: 1, joined: [], left: [tag] }
	]);
});
