import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { TestServer } from '../testing.ts';
import { documents } from '../testing-documents.ts';
import { useServer } from '../testing-suite.ts';
import type { TestSocket } from '../testing-people.ts';
import { codeIn, join, makeEnvelope, openRoom, openSocket, persisted, proofFor, text } from '../testing-people.ts';

const suite = useServer();

function dial({ host }: TestServer): Socket {
	const [name, port] = host.split(':');
	return connect(Number(port), name);
}

async function answerTo(to: TestServer, request: string): Promise<string> {
	const socket = dial(to);
	socket.write(request);
	const [data] = await once(socket, 'data');
	socket.destroy();
	return String(data);
}

function upgrade(path: string, origin: string, key = 'AAAAAAAAAAAAAAAAAAAAAA=='): string {
	return (
		`GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
		`Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`
	);
}

/** Messages that arrive at the suite.server as one piece. */
function sendTogether(socket: TestSocket, ...messages: readonly unknown[]): void {
	const raw = Reflect.get(socket.ws, '_socket') as Socket;
	raw.cork();
	for (const message of messages) socket.send(message);
	raw.uncork();
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const subscribe = (name: keyof typeof documents, id: string) => ({ id, type: 'subscribe', payload: persisted(documents[name]) });

test.each([
	['404', upgrade('/elsewhere', 'https://rooms.example')],
	['403', upgrade('/graphql', 'https://elsewhere.example')],
	['400', upgrade('/graphql', 'https://rooms.example', 'short')],
	['400', 'nonsense\r\n\r\n'],
	['431', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(9_000)}\r\n\r\n`]
])('a refusal with %s below HTTP carries the headers of every answer', async (status, request) => {
	const answer = await answerTo(suite.server, request);
	expect(answer.split(' ')[1]).toBe(status);
	for (const line of ['x-content-type-options: nosniff', 'cross-origin-resource-policy: same-origin', 'connection: close'])
		expect(answer.toLowerCase()).toContain(line);
});

test('whoever is refused can do the server no harm afterwards: neither a broken frame nor a reset ends it', async () => {
	await suite.withLimits({ socketsPerPrefix: 1 }, async (limited) => {
		const first = await openSocket(limited);
		for (const [path, origin] of [
			['/graphql', 'https://elsewhere.example'],
			['/elsewhere', limited.origin],
			['/graphql', limited.origin]
		] as const) {
			const client = dial(limited);
			client.on('error', () => client.destroy());
			client.write(upgrade(path, origin));
			await once(client, 'data');
			client.write(Buffer.alloc(64, 0xff));
			client.resetAndDestroy();
		}
		const broken = dial(limited);
		broken.write(upgrade('/graphql', limited.origin));
		await once(broken, 'data');
		broken.write(Buffer.alloc(64, 0xff));
		await once(broken, 'close');
		expect((await first.run('info')).data).toEqual({ info: { v: 1 } });
	});
});

test('an id of more than 64 characters closes the socket with 4400, and one that is taken with 4409, however long', async () => {
	const [long, taken] = [await openSocket(suite.server), await openSocket(suite.server)];
	sendTogether(long, subscribe('history', 'x'.repeat(200)), subscribe('history', 'x'.repeat(200)));
	expect((await long.closed).code).toBe(4400);
	sendTogether(taken, subscribe('history', '€'.repeat(64)), subscribe('history', '€'.repeat(64)));
	expect((await taken.closed).code).toBe(4409);
	expect((await (await openSocket(suite.server)).run('info')).data).toEqual({ info: { v: 1 } });
});

test('a message that nobody foresaw closes its own socket with 4500, is logged as a fault, and nobody else notices', async () => {
	await suite.withLimits({}, async (limited) => {
		const [other, hostile] = [await openSocket(limited), await openSocket(limited, { init: false })];
		const clock = vi.spyOn(limited.services, 'now').mockImplementation(() => {
			throw new Error('no time');
		});
		hostile.send({ type: 'connection_init' });
		expect((await hostile.closed).code).toBe(4500);
		clock.mockRestore();
		expect(limited.log.filter((line) => line.includes('"fault"'))).toHaveLength(1);
		expect((await other.run('info')).data).toEqual({ info: { v: 1 } });
	});
});

test('a socket beyond those that one network may open is cut off when it does not answer its closing', async () => {
	await suite.withLimits({ socketsPerPrefix: 0 }, async (limited) => {
		const silent = dial(limited);
		silent.write(upgrade('/graphql', limited.origin));
		silent.resume();
		await once(silent, 'close');
	});
});

test('a network keeps its count of sockets over the hours', async () => {
	const clock = vi.spyOn(Date, 'now');
	try {
		await suite.withLimits({ socketsPerPrefix: 1 }, async (limited) => {
			const first = await openSocket(limited);
			clock.mockReturnValue(Date.now() + 7_200_000);
			expect((await (await openSocket(limited)).closed).code).toBe(4010);
			await first.close();
		});
	} finally {
		clock.mockRestore();
	}
});

test('an operation that is called off takes its place among those in flight until its work is done', async () => {
	const alice = await join(suite.server, await openRoom(suite.server));
	const refused: string[] = [];
	for (const n of upTo(40)) alice.listen(`q${n}`, ({ type }) => void (type === 'error' && refused.push(`q${n}`)));
	const frames = upTo(40).flatMap((n) => [subscribe('history', `q${n}`), { id: `q${n}`, type: 'complete' }]);
	sendTogether(alice, ...frames, { type: 'ping' });
	await new Promise((resolve) => alice.listen('pong', resolve));
	expect(refused).toHaveLength(40 - suite.server.services.limits.operationsInFlight);
	await expect.poll(async () => codeIn(await alice.run('history'))).toBeUndefined();
});

test('an id that was called off and is used again gets the answer of its second operation only', async () => {
	const alice = await join(suite.server, await openRoom(suite.server));
	await alice.run('post', { env: text(makeEnvelope()) });
	alice.send(subscribe('history', 'a'));
	alice.send({ id: 'a', type: 'complete' });
	const { data } = await alice.run('history', { after: 99 }, 'a');
	expect(data.history.rows).toEqual([]);
});

test('subscriptions to the room are charged like pages of history', async () => {
	await suite.withLimits({ historyPerMinute: 2 }, async (limited) => {
		const alice = await join(limited, await openRoom(limited));
		for (const n of upTo(2)) {
			await alice.follow({}, `room${n}`).until(({ events }) => events.length > 0);
			alice.send({ id: `room${n}`, type: 'complete' });
		}
		expect(codeIn(await alice.run('room'))).toBe('RATE_LIMITED');
	});
});

test('a subscription that is called off while its backlog is read says nothing, also under an id that is used again', async () => {
	const alice = await join(suite.server, await openRoom(suite.server));
	await Promise.all(upTo(7).map(() => alice.run('post', { env: text(makeEnvelope()) })));
	const frame = { id: 'room', type: 'subscribe', payload: persisted(documents.room, { after: 0 }) };
	alice.send(frame);
	alice.send({ id: 'room', type: 'complete' });
	const following = alice.follow({ after: 0 });
	await following.until(({ seqs }) => seqs.length >= 7);
	await alice.run('history');
	await alice.run('post', { env: text(makeEnvelope()) });
	await following.until(({ seqs }) => seqs.includes(8));
	expect(following.seqs).toEqual(upTo(8));
	expect(following.completed).toBe(false);
	expect(suite.server.services.feeds.readers()).toBe(1);
	await alice.close();
});

test('what was answered before a socket is refused arrives before it closes', async () => {
	const socket = await openSocket(suite.server);
	let pongs = 0;
	socket.listen('pong', () => (pongs += 1));
	sendTogether(socket, { type: 'ping' }, { type: 'nonsense' });
	expect((await socket.closed).code).toBe(4400);
	expect(pongs).toBe(1);
});

test('a socket that has an operation running all the time is closed all the same', async () => {
	const room = await openRoom(suite.server);
	const old = await openSocket(suite.server);
	const { data } = await old.run('joinRoom', proofFor(suite.server, room, old.ack.challenge));
	await old.run('post', { env: text(makeEnvelope()) });
	const lock = await suite.database.db.sql.reserve();
	const [table] = await lock`select tableoid::regclass::text as name from envelopes order by seq limit 1`;
	await lock`begin`;
	await lock`lock table ${lock(String(table?.name))} in access exclusive mode`;
	try {
		void old.run('history');
		await join(suite.server, room, { replaces: data.joinRoom.session });
		const late = new Promise((resolve) => setTimeout(resolve, 6_000, 'late'));
		expect(await Promise.race([old.closed, late])).toMatchObject({ code: 4009 });
	} finally {
		await lock`rollback`;
		lock.release();
	}
});
