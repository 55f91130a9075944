/** Somebody who keeps trying after a room's end, with its link, its password and a seat inside. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeCodes } from '#protocol/limits';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { createJob } from '../job/job.ts';
import { createTasks } from '../job/tasks.ts';
import type { Result, TestRoom, TestSocket } from '../testing-people.ts';
import { codeIn, join, makeEnvelope, openRoom, openSocket, persisted, proofFor, text } from '../testing-people.ts';
import { documents } from '../testing-documents.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import { createRoom } from './create.ts';
import { purgeRoom } from './end.ts';
import { joinRoom } from './join.ts';
import { peek } from './peek.ts';
import type { RoomPorts } from './ports.ts';
import type { House, NewRoom } from './testing.ts';
import { draftRoom, join as enterHouse, openHouse, openSocket as openTestSocket, proveAccess } from './testing.ts';

/** Of each of the five ways in. */
const triesEach = 400;
const timeout = 90_000;

let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url, limits: { historyPerMinute: 1e6 } });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});

/** What came back, to the letter. */
type Try = () => Promise<string>;

const toResult = (text = '{}') => JSON.parse(text) as Result;
const inText = (result: Result) => JSON.stringify(result);

/** Status, names of headers and body. */
async function peekAt({ roomId }: TestRoom): Promise<string> {
	const { query: _, ...body } = persisted(documents.peek, { roomId: text(roomId) });
	const headers = { 'content-type': 'application/json', accept: 'application/json' };
	const response = await fetch(`http://${server.host}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
	return JSON.stringify([response.status, [...response.headers.keys()], await response.text()]);
}

async function joinAt(room: TestRoom): Promise<string> {
	const socket = await openSocket(server);
	const answer = await socket.run('joinRoom', proofFor(server, room, socket.ack.challenge));
	socket.ws.terminate();
	return inText(answer);
}

type Seats = Readonly<Record<'history' | 'post' | 'subscribe', TestSocket>>;

/** Each seat is a socket of its own that has a session, or had one: what one socket may ask for at once has limits. */
function waysIn(room: TestRoom, seats: Seats): Readonly<Record<string, Try>> {
	return {
		peek: () => peekAt(room),
		join: () => joinAt(room),
		history: async () => inText(await seats.history.run('history', { after: 0 })),
		post: async () => inText(await seats.post.run('post', { env: text(makeEnvelope()) })),
		subscribe: async () => inText(await seats.subscribe.run('room', { after: 0 }))
	};
}

type Answers = Record<string, readonly string[]>;

/** The different answers, by way; all ways at once. */
async function hammer(room: TestRoom, seats: Seats, tries = triesEach): Promise<Answers> {
	const found = Object.entries(waysIn(room, seats)).map(async ([way, attempt]) => {
		const answers = new Set<string>();
		for (let n = 0; n < tries; n++) answers.add(await attempt());
		return [way, [...answers]] as const;
	});
	return Object.fromEntries(await Promise.all(found));
}

async function seat(sit: () => Promise<TestSocket>): Promise<Seats> {
	return { history: await sit(), post: await sit(), subscribe: await sit() };
}

/** Somebody who reads along, and others who only have a session. */
async function fill(room: TestRoom) {
	const reader = await join(server, room);
	const seats = await seat(() => join(server, room));
	await seats.post.run('post', { env: text(makeEnvelope()) });
	const following = await reader.follow({ after: 0 }).until(({ events }) => events.length > 1);
	return { reader, seats, following };
}

async function endIn(seconds: number): Promise<void> {
	await server.services.db.sql`update rooms set expires_at = clock_timestamp() + make_interval(secs => ${seconds})`;
}

/** What the same tries get for a room that never was, from somebody who is in none. */
async function answersOfNothing(): Promise<Answers> {
	const { accessKey, request } = draftRoom();
	return hammer({ accessKey, roomId: request.roomId }, await seat(() => openSocket(server)), 1);
}

test('2,000 tries at a room from a second after its end get what a room gets that never was', { timeout }, async () => {
	const room = await openRoom(server);
	const { following, seats, reader } = await fill(room);
	const job = createJob(server.services, createTasks(server.services));
	job.start();
	await endIn(1);
	await following.until(({ events }) => events.at(-1)?.__typename === 'Gone');
	expect((await reader.closed).code).toBe(closeCodes.gone);
	await delay(1_000);
	expect(await hammer(room, seats)).toEqual(await answersOfNothing());
	await job.stop();
});

test('2,000 tries at a room that was purged get the same', { timeout }, async () => {
	const room = await openRoom(server);
	const { following, seats, reader } = await fill(room);
	expect(inText(await reader.run('purge'))).toBe('{"data":{"purgeRoom":true}}');
	await following.until(({ events }) => events.at(-1)?.__typename === 'Gone');
	expect(await hammer(room, seats)).toEqual(await answersOfNothing());
});

test('2,000 tries at a room whose rows are still there, since no job runs, find it gone all the same', { timeout }, async () => {
	const room = await openRoom(server);
	const { seats } = await fill(room);
	await endIn(0);
	const nothing = await answersOfNothing();
	const answers = await hammer(room, seats);
	expect({ peek: answers.peek, join: answers.join }).toEqual({ peek: nothing.peek, join: nothing.join });
	// A session is none of a room that never was; nobody has told this one yet, and all it hears is that there is nothing.
	for (const way of ['history', 'post', 'subscribe']) {
		expect(answers[way]).toHaveLength(1);
		expect(codeIn(toResult(answers[way]?.[0]))).toBe('ROOM_GONE');
	}
	expect(await server.services.db.sql`select from rooms`).toHaveLength(1);
});

/** What these ports are asked for, in order. */
function record(ports: RoomPorts): { readonly ports: RoomPorts; take(): string[] } {
	const steps: string[] = [];
	const sql = new Proxy(ports.db.sql, {
		apply(target, _self, values: unknown[]) {
			steps.push(String(values[0]).replace(/\s+/g, ' '));
			return Reflect.apply(target, undefined, values);
		}
	});
	const read: RoomPorts['keyring']['read'] = (epoch, slot, ref) => {
		steps.push('read a key');
		return ports.keyring.read(epoch, slot, ref);
	};
	return { ports: { ...ports, db: { ...ports.db, sql }, keyring: { ...ports.keyring, read } }, take: () => steps.splice(0) };
}

async function workFor(house: House, room: NewRoom) {
	const { ports, take } = record(house.ports);
	await expect(peek(ports, { roomId: room.request.roomId, prefix: 'here' })).rejects.toThrow('ROOM_GONE');
	const peeking = take();
	const socket = openTestSocket(ports);
	await expect(joinRoom(ports, socket, proveAccess(room, socket))).rejects.toThrow('ROOM_GONE');
	return { peeking, joining: take() };
}

test('a room that is over costs the server the same work as one that never was, so that no clock tells them apart', async () => {
	const house = await openHouse();
	const [ended, gone] = [draftRoom(), draftRoom()];
	for (const room of [ended, gone]) await createRoom(house.ports, room.request);
	const { socket } = await enterHouse(house, gone);
	await purgeRoom(house.ports, socket);
	await house.ports.db.sql`update rooms set expires_at = clock_timestamp()`;
	const nothing = await workFor(house, draftRoom());
	expect(nothing.peeking).toHaveLength(1);
	expect(nothing.joining).toHaveLength(1);
	expect(await workFor(house, ended)).toEqual(nothing);
	expect(await workFor(house, gone)).toEqual(nothing);
	await house.stop();
});
