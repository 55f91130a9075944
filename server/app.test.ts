import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from './db/testing.ts';
import { testDatabase } from './db/testing.ts';
import type { TestServer } from './testing.ts';
import { startServer } from './testing.ts';
import { codeIn, join, makeEnvelope, openRoom, text } from './testing-people.ts';

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});

test('a message reaches everybody in the room, and its sender like everybody else', async () => {
	const room = await openRoom(server);
	const [alice, bob] = [await join(server, room), await join(server, room)];
	const [hers, his] = [alice.follow(), bob.follow({ after: 0 })];
	await hers.until(({ events }) => events.length > 0);
	await his.until(({ events }) => events.length > 0);
	const env = text(makeEnvelope());
	const posted = await alice.run('post', { env });
	expect(codeIn(posted)).toBeUndefined();
	expect(posted.data.postEnvelope).toEqual({ seq: 1, t: expect.any(Number), status: 'STORED' });
	for (const following of [hers, his]) {
		await following.until(({ seqs }) => seqs.length === 1);
		expect(following.events.at(-1)).toEqual({
			__typename: 'Envelope',
			seq: 1,
			t: expect.any(Number),
			env,
			tag: expect.any(String),
			burnAt: null
		});
	}
	const { data } = await bob.run('history');
	expect(data.history).toEqual({ rows: [{ seq: 1, t: expect.any(Number), env, burnAt: null }], headSeq: 1 });
});
