import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { testDatabase } from '../db/testing.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import { documents, hashOf } from '../testing-documents.ts';
import { useServer } from '../testing-suite.ts';
import { codeIn, join, makeEnvelope, openRoom, openSocket, persisted, proofFor, text } from '../testing-people.ts';

const suite = useServer();

async function openSockets(of: TestServer): Promise<number> {
	const line = /^sotto_sockets (\d+)$/m.exec(of.services.metrics.text());
	return Number(line?.[1]);
}

test('the ack gives the version, a challenge of 32 bytes that is another on each socket, and the clock', async () => {
	const [one, two] = [await openSocket(suite.server), await openSocket(suite.server)];
	expect(one.ack).toEqual({ v: 1, challenge: expect.stringMatching(/^[\w-]{43}$/), now: expect.any(Number) });
	expect(one.ack.challenge).not.toBe(two.ack.challenge);
	expect(Math.abs(one.ack.now - Date.now())).toBeLessThan(5_000);
});

test('the client of the graphql-ws package understands every word: results, streams, pings and ends', async () => {
	const room = await openRoom(suite.server);
	let challenge = '';
	class FromOurPage extends WebSocket {
		constructor(url: string, protocol: string) {
			super(url, protocol, { origin: suite.server.origin });
		}
	}
	const client = createClient({
		url: `ws://${suite.server.host}/graphql`,
		webSocketImpl: FromOurPage,
		lazy: false,
		retryAttempts: 0,
		keepAlive: 20,
		generateID: (payload) => (payload.operationName === 'Room' ? 'room' : crypto.randomUUID()),
		on: { connected: (_socket, payload) => (challenge = String(payload?.challenge)) }
	});
	await new Promise((resolve) => client.on('pong', resolve));
	const run = (name: 'joinRoom' | 'post' | 'leave', variables: Record<string, unknown>) =>
		new Promise((resolve, reject) => {
			client.subscribe(persisted(documents[name], variables), {
				next: ({ data }) => resolve(data),
				error: reject,
				complete: () => undefined
			});
		});
	await run('joinRoom', proofFor(suite.server, room, challenge));
	const stream = client.iterate({ operationName: 'Room', ...persisted(documents.room, { after: 0 }) });
	expect((await stream.next()).value).toMatchObject({ data: { room: { __typename: 'Presence', count: 1 } } });
	const env = text(makeEnvelope());
	expect(await run('post', { env })).toMatchObject({ postEnvelope: { seq: 1 } });
	expect((await stream.next()).value).toMatchObject({ data: { room: { __typename: 'Envelope', seq: 1, env } } });
	await stream.return?.();
	const again = client.iterate({ operationName: 'Room', ...persisted(documents.room, { after: 1 }) });
	expect((await again.next()).value).toMatchObject({ data: { room: { __typename: 'Presence' } } });
	await client.dispose();
});

test('a challenge is good for one try', async () => {
	const room = await openRoom(suite.server);
	const alice = await join(suite.server, room);
	expect(codeIn(await alice.run('joinRoom', proofFor(suite.server, room, alice.ack.challenge)))).toBe('BAD_INPUT');
});

test.each([['https://elsewhere.example'], ['null'], ['']])(
	'a socket from the origin "%s" is refused before it opens',
	async (origin) => {
		const ws = new WebSocket(`ws://${suite.server.host}/graphql`, 'graphql-transport-ws', origin === '' ? {} : { origin });
		const [error] = await once(ws, 'error');
		expect(String(error)).toContain('403');
	}
);

test('a socket on another path is refused', async () => {
	const ws = new WebSocket(`ws://${suite.server.host}/elsewhere`, 'graphql-transport-ws', { origin: suite.server.origin });
	const [error] = await once(ws, 'error');
	expect(String(error)).toContain('404');
});

test('a socket that does not say hello in time is closed with 4408', async () => {
	await suite.withLimits({ initWaitMs: 50 }, async (limited) => {
		const socket = await openSocket(limited, { init: false });
		expect((await socket.closed).code).toBe(4408);
	});
});

test('an operation before the hello closes the socket with 4401', async () => {
	const socket = await openSocket(suite.server, { init: false });
	void socket.run('info');
	expect((await socket.closed).code).toBe(4401);
});

test('a frame over the limit closes the socket with 1009', async () => {
	const socket = await openSocket(suite.server);
	socket.send('x'.repeat(32_769));
	expect((await socket.closed).code).toBe(1009);
});

test('a message that is no message closes the socket with 4400', async () => {
	const socket = await openSocket(suite.server);
	socket.send('{"type":"nonsense"}');
	expect((await socket.closed).code).toBe(4400);
});

test('only operations of the build run: texts, unknown hashes and introspection are refused', async () => {
	const socket = await openSocket(suite.server);
	const introspection = '{ __schema { types { name } } }';
	const payloads = [
		{ query: documents.info },
		{ query: introspection },
		persisted(introspection),
		{ query: documents.info, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(introspection) } } },
		{ query: '', extensions: { persistedQuery: { version: 1, sha256Hash: ['x'] } } },
		{ query: '', extensions: { persistedQuery: 'x' } }
	];
	for (const payload of payloads) expect(codeIn(await socket.ask(payload))).toBe('PERSISTED_ONLY');
	expect((await socket.run('info')).data).toEqual({ info: { v: 1 } });
	const known = { query: introspection, extensions: persisted(documents.info).extensions };
	expect((await socket.ask(known)).data).toEqual({ info: { v: 1 } });
});

test('operations beyond those that may be in flight are refused, and the others answered', async () => {
	await suite.withLimits({ operationsInFlight: 3 }, async (limited) => {
		const alice = await join(limited, await openRoom(limited));
		const results = await Promise.all(Array.from({ length: 5 }, () => alice.run('history')));
		expect(results.map(codeIn)).toEqual([undefined, undefined, undefined, 'RATE_LIMITED', 'RATE_LIMITED']);
		expect(codeIn(await alice.run('history'))).toBeUndefined();
	});
});

test('a socket has one subscription to its room, and may take another one when that has ended', async () => {
	const alice = await join(suite.server, await openRoom(suite.server));
	const first = await alice.follow({}, 'first').until(({ events }) => events.length > 0);
	const second = await alice.follow({}, 'second').until(({ error }) => error !== undefined);
	expect(second.error).toBe('BAD_INPUT');
	alice.send({ id: 'first', type: 'complete' });
	await alice.run('info');
	const third = await alice.follow({}, 'third').until(({ events }) => events.length > 0);
	await alice.run('post', { env: text(makeEnvelope()) });
	await third.until(({ seqs }) => seqs.length === 1);
	expect(first.events).toHaveLength(1);
});

test('an id that is taken closes the socket with 4409', async () => {
	const alice = await join(suite.server, await openRoom(suite.server));
	await alice.follow({}, 'room').until(({ events }) => events.length > 0);
	alice.follow({}, 'room');
	expect((await alice.closed).code).toBe(4409);
});

test('sockets beyond those that one network may open are closed with 4010, and a place is free again when one closes', async () => {
	await suite.withLimits({ socketsPerPrefix: 2 }, async (limited) => {
		const [one, two] = [await openSocket(limited), await openSocket(limited)];
		expect((await (await openSocket(limited)).closed).code).toBe(4010);
		await one.close();
		await expect.poll(() => openSockets(limited)).toBe(1);
		const three = await openSocket(limited);
		expect((await three.run('info')).data).toEqual({ info: { v: 1 } });
		expect((await two.run('info')).data).toEqual({ info: { v: 1 } });
	});
});

test('a socket that leaves two pings unanswered is cut off, and one that answers stays', async () => {
	await suite.withLimits({ pingIntervalMs: 60, pingMisses: 2 }, async (limited) => {
		const deaf = new WebSocket(`ws://${limited.host}/graphql`, 'graphql-transport-ws', {
			origin: limited.origin,
			autoPong: false
		});
		const awake = await openSocket(limited);
		const [code] = await once(deaf, 'close');
		expect(code).toBe(1006);
		expect((await awake.run('info')).data).toEqual({ info: { v: 1 } });
	});
});

test('each rate has its refusal: content by session, content by room, control by session, history', async () => {
	const few = { perSecond: 0.001, burst: 2 };
	const post = (kind: 'content' | 'control') => ({ env: text(makeEnvelope({ kind })) });
	await suite.withLimits(
		{ contentPerSession: few, controlPerSession: { ...few, burst: 1 }, historyPerMinute: 1 },
		async (limited) => {
			const alice = await join(limited, await openRoom(limited));
			for (const code of [undefined, undefined, 'RATE_LIMITED'])
				expect(codeIn(await alice.run('post', post('content')))).toBe(code);
			for (const code of [undefined, 'RATE_LIMITED']) expect(codeIn(await alice.run('post', post('control')))).toBe(code);
			for (const code of [undefined, 'RATE_LIMITED']) expect(codeIn(await alice.run('history'))).toBe(code);
		}
	);
	await suite.withLimits({ contentPerRoom: few }, async (limited) => {
		const room = await openRoom(limited);
		const [alice, bob] = [await join(limited, room), await join(limited, room)];
		expect(codeIn(await alice.run('post', post('content')))).toBeUndefined();
		expect(codeIn(await bob.run('post', post('content')))).toBeUndefined();
		expect(codeIn(await alice.run('post', post('content')))).toBe('RATE_LIMITED');
	});
});

test('a purge is answered to who asked for it, said to everybody who reads, and closes their sockets with 4006', async () => {
	const room = await openRoom(suite.server);
	const [alice, bob] = [await join(suite.server, room), await join(suite.server, room)];
	const followings = [alice.follow(), bob.follow()];
	for (const following of followings) await following.until(({ events }) => events.length > 0);
	expect((await alice.run('purge')).data).toEqual({ purgeRoom: true });
	for (const following of followings) {
		await following.until(({ completed }) => completed);
		expect(following.events.at(-1)).toEqual({ __typename: 'Gone', reason: 'purged' });
	}
	expect([(await alice.closed).code, (await bob.closed).code]).toEqual([4006, 4006]);
});

test('a session that is taken over by its own successor closes the old socket with 4009', async () => {
	const room = await openRoom(suite.server);
	const old = await openSocket(suite.server);
	const { data } = await old.run('joinRoom', proofFor(suite.server, room, old.ack.challenge));
	await join(suite.server, room, { replaces: data.joinRoom.session });
	expect((await old.closed).code).toBe(4009);
});

test('a stop of the server closes every socket with 1012', async () => {
	const stopping = await startServer({ databaseUrl: suite.database.url });
	const sockets = [
		await openSocket(stopping),
		await join(stopping, await openRoom(stopping)),
		await openSocket(stopping, { init: false })
	];
	await stopping.closeApp();
	for (const socket of sockets) expect((await socket.closed).code).toBe(1012);
	await stopping.stop();
});

test('bytes that are not base64url in its one form are bad input', async () => {
	const alice = await join(suite.server, await openRoom(suite.server));
	const env = text(makeEnvelope());
	for (const wrong of [`${env}=`, `${env.slice(0, -1)}+`, `${env}\n`, 5, null, ['x'], undefined]) {
		expect(codeIn(await alice.run('post', { env: wrong }))).toBe('BAD_INPUT');
	}
	expect(codeIn(await alice.run('post', { env: text(makeEnvelope().subarray(1)) }))).toBe('ENV_LENGTH');
	expect(codeIn(await alice.run('post', { env: 'AB' }))).toBe('BAD_INPUT');
});

test('a fault that nobody foresaw is masked, named, and logged once, without what it was about', async () => {
	const own = await testDatabase();
	const limited = await startServer({ databaseUrl: own.url });
	const alice = await join(limited, await openRoom(limited));
	await own.db.sql`alter table rooms rename column next_seq to number`;
	const result = await alice.run('history');
	expect(result.errors).toEqual([
		{ message: 'INTERNAL', extensions: { code: 'INTERNAL', fault: expect.stringMatching(/^[0-9a-f]{10}$/) } }
	]);
	const lines = limited.log.filter((line) => line.includes(result.errors?.[0]?.extensions.fault));
	expect(lines).toHaveLength(1);
	expect(lines.join()).not.toMatch(/does not exist|rooms"/);
	expect(lines.join()).not.toContain(process.cwd());
	await limited.stop();
	await own.stop();
});

test('the log names operations, durations and codes, says nothing of posts that go well, and holds nothing of the room', async () => {
	await suite.withLimits({}, async (limited) => {
		const room = await openRoom(limited);
		const alice = await join(limited, room);
		const env = makeEnvelope();
		await alice.run('post', { env: text(env) });
		await alice.run('post', { env: text(env.subarray(1)) });
		await alice.run('history');
		const lines = limited.log.map((line) => JSON.parse(line));
		expect(lines.map(({ operation, code }) => [operation, code])).toEqual([
			['CreateRoom', undefined],
			['JoinRoom', undefined],
			['PostEnvelope', 'ENV_LENGTH'],
			['History', undefined]
		]);
		for (const { time: _, level: __, event: ___, operation: ____, durationMs: _____, code: ______, ...rest } of lines)
			expect(rest).toEqual({});
	});
});
