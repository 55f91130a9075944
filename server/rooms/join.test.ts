import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeBase64url } from '#protocol/base64url';
import { toHex } from '#protocol/bytes';
import { awayMs, challengeLifeMs, closeCodes, failedJoinDelayMs, sessionGraceMs } from '#protocol/limits';
import { leadingZeroBits } from '#protocol/work';
import { workHash } from '../access/work.ts';
import { refOf } from '../keyring/ref.ts';
import { createRoom } from './create.ts';
import { joinRoom } from './join.ts';
import { leaveRoom, unlockJoins } from './leave.ts';
import { peek } from './peek.ts';
import { announce, present, withdrawLapsed } from './presence.ts';
import type { House, NewRoom } from './testing.ts';
import { badProof, draftRoom, join, openHouse, openSocket, proveAccess } from './testing.ts';

const hour = 3_600_000;
const directWithoutPassword = 0x18;
let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

async function openRoom(people = 20): Promise<NewRoom> {
	const room = draftRoom({ people });
	await createRoom(house.ports, room.request);
	return room;
}

function refOfRoom(room: NewRoom): string {
	return toHex(refOf(house.ports.keyring, room.request.roomId));
}

/** As if many had guessed: the 250 ms of each real wrong proof would make the tests slow. */
function failBefore(room: NewRoom, times: number): void {
	for (let i = 0; i < times; i++) house.ports.access.guesses.fail(refOfRoom(room));
}

async function solve(difficulty: number) {
	const challenge = house.ports.access.work.challenge({ purpose: 'join', bits: 7 });
	for (let i = 0; ; i++) {
		const nonce = new Uint8Array(8);
		new DataView(nonce.buffer).setUint32(4, i);
		if (leadingZeroBits(await workHash(challenge, nonce)) >= difficulty) return { challenge, nonce };
	}
}

test('who proves to know link and password gets shard, card, session and the numbers of the room', async () => {
	const room = draftRoom({ people: 5 });
	const shard = toHex(room.request.shard);
	await createRoom(house.ports, room.request);
	const { joined, session } = await join(house, room);
	expect(toHex(joined.shard)).toBe(shard);
	expect(toHex(joined.shardTag)).toBe(toHex(room.request.shardTag));
	expect(toHex(joined.card)).toBe(toHex(room.request.card));
	expect(joined).toMatchObject({ headSeq: 0, cap: 50, used: 0, people: 5, plan: 'free' });
	expect(joined.session).toHaveLength(32);
	expect(encodeBase64url(joined.tag)).toBe(session.tag);
	expect(joined.tag).toHaveLength(8);
	expect(joined.ageMs).toBeGreaterThanOrEqual(0);
	expect(session.room.ref).toBe(refOfRoom(room));
});

test('a wrong proof is AUTH_FAILED, not before 250 ms, and gives no session', async () => {
	const room = await openRoom();
	const socket = openSocket(house.ports);
	const startedAt = performance.now();
	await expect(joinRoom(house.ports, socket, proveAccess(room, socket, badProof()))).rejects.toThrow('AUTH_FAILED');
	expect(performance.now() - startedAt).toBeGreaterThanOrEqual(failedJoinDelayMs - 2);
	expect(socket.session).toBeNull();
});

test('a proof for another challenge is AUTH_FAILED', async () => {
	const room = await openRoom();
	const earlier = proveAccess(room, openSocket(house.ports));
	await expect(joinRoom(house.ports, openSocket(house.ports), earlier)).rejects.toThrow('AUTH_FAILED');
});

test('a proof made for another origin is AUTH_FAILED', async () => {
	const room = await openRoom();
	const socket = openSocket(house.ports);
	const elsewhere = { ...house.ports, origin: 'https://rooms.example.net' };
	await expect(joinRoom(elsewhere, socket, proveAccess(room, socket))).rejects.toThrow('AUTH_FAILED');
});

test('a connection has one try, and its challenge is good for 60 seconds', async () => {
	const room = await openRoom();
	const { socket } = await join(house, room);
	await expect(joinRoom(house.ports, socket, proveAccess(room, socket))).rejects.toThrow('BAD_INPUT');
	const slow = openSocket(house.ports);
	house.advance(challengeLifeMs);
	await expect(joinRoom(house.ports, slow, proveAccess(room, slow))).rejects.toThrow('BAD_INPUT');
});

test('joining over HTTP is NO_SESSION', async () => {
	const room = await openRoom();
	await expect(joinRoom(house.ports, null, proveAccess(room, openSocket(house.ports)))).rejects.toThrow('NO_SESSION');
});

test('members of a wrong size are BAD_INPUT', async () => {
	const room = await openRoom();
	for (const wrong of [
		{ proof: randomBytes(63) },
		{ clientNonce: randomBytes(8) },
		{ replaces: randomBytes(31) },
		{ roomId: randomBytes(17) }
	]) {
		await expect(join(house, room, wrong)).rejects.toThrow('BAD_INPUT');
	}
});

test('fifty who join a room for two at once are two', async () => {
	const room = await openRoom(2);
	const answers = await Promise.allSettled(Array.from({ length: 50 }, () => join(house, room)));
	expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(2);
	expect(answers.filter((answer) => answer.status === 'rejected' && String(answer.reason) === 'Refusal: ROOM_FULL')).toHaveLength(
		48
	);
	expect(await peek(house.ports, { roomId: room.request.roomId, prefix: 'here' })).toMatchObject({ full: true, people: 2 });
});

test('leaving frees the place at once, and the session is over', async () => {
	const room = await openRoom(2);
	const [first] = await Promise.all([join(house, room), join(house, room)]);
	leaveRoom(house.ports, first.socket);
	expect(() => leaveRoom(house.ports, first.socket)).toThrow('NO_SESSION');
	await join(house, room);
});

test('who watches takes no place, but sockets are limited to 1.5 for each place', async () => {
	const room = await openRoom(2);
	await join(house, room, { watch: true });
	await Promise.all([join(house, room), join(house, room)]);
	await expect(join(house, room, { watch: true })).rejects.toThrow('ROOM_FULL');
});

test("a session counts its room's time by this process's clock, however wrong that is", async () => {
	const room = await openRoom();
	house.advance(-hour);
	const { session, joined } = await join(house, room);
	expect(Math.abs(session.room.expiresAt - house.ports.now() - joined.expiresInMs)).toBeLessThan(1_000);
	expect(Math.abs(house.ports.now() - session.room.createdAt)).toBeLessThan(5_000);
	house.advance(hour);
});

test('a place is kept for 90 seconds after its socket was lost', async () => {
	const room = await openRoom(2);
	const [{ session }] = await Promise.all([join(house, room), join(house, room)]);
	house.ports.access.sessions.lost(session);
	house.advance(awayMs - 1000);
	await expect(join(house, room)).rejects.toThrow('ROOM_FULL');
	house.advance(2000);
	await join(house, room);
});

test('a reload takes over place and tag of its own session, and closes the old socket when that still stands', async () => {
	const room = await openRoom(2);
	const [old] = await Promise.all([join(house, room), join(house, room)]);
	const fresh = await join(house, room, { replaces: old.joined.session });
	expect(fresh.session.tag).toBe(old.session.tag);
	expect(fresh.session.id).not.toBe(old.session.id);
	expect(old.session.ended).toBe(true);
	expect(old.socket.closings).toEqual([closeCodes.replaced]);
	await expect(join(house, room)).rejects.toThrow('ROOM_FULL');
});

test('both in a Direct room hear that a third was refused who knows link and password; elsewhere a full room is nobody’s news', async () => {
	for (const [changes, knocks] of [
		[{ byte0: directWithoutPassword }, 1],
		[{ people: 2 }, 0]
	] as const) {
		const room = draftRoom(changes);
		await createRoom(house.ports, room.request);
		for (let n = 0; n < 2; n++) await join(house, room);
		const events = house.listen(room);
		const stranger = openSocket(house.ports);
		await expect(joinRoom(house.ports, stranger, proveAccess(room, stranger, badProof()))).rejects.toThrow('AUTH_FAILED');
		expect(events).toEqual([]);
		await expect(join(house, room)).rejects.toThrow('ROOM_FULL');
		expect(events.map(({ kind }) => kind)).toEqual(Array.from({ length: knocks }, () => 'knock'));
	}
});

test('a session can be taken over once, and for ten minutes after its socket was lost', async () => {
	const room = await openRoom();
	const old = await join(house, room);
	const fresh = await join(house, room, { replaces: old.joined.session });
	const stranger = await join(house, room, { replaces: old.joined.session });
	expect(stranger.session.tag).not.toBe(old.session.tag);
	house.ports.access.sessions.lost(fresh.session);
	house.advance(sessionGraceMs - 1000);
	withdrawLapsed(house.ports);
	const late = await join(house, room, { replaces: fresh.joined.session });
	expect(late.session.tag).toBe(old.session.tag);
	house.ports.access.sessions.lost(late.session);
	house.advance(sessionGraceMs);
	withdrawLapsed(house.ports);
	withdrawLapsed(house.ports);
	const tooLate = await join(house, room, { replaces: late.joined.session });
	expect(tooLate.session.tag).not.toBe(old.session.tag);
});

test("a session of another room can't be taken over", async () => {
	const [here, there] = [await openRoom(), await openRoom()];
	const other = await join(house, there);
	const { session } = await join(house, here, { replaces: other.joined.session });
	expect(session.tag).not.toBe(other.session.tag);
	expect(other.session.ended).toBe(false);
});

test('a socket that closed while its join was on the way keeps no place', async () => {
	const room = await openRoom(2);
	await join(house, room);
	const socket = openSocket(house.ports);
	const pending = joinRoom(house.ports, socket, proveAccess(room, socket));
	socket.closed = true;
	await pending;
	expect(socket.session?.ended).toBe(true);
	await join(house, room);
});

test('the sixth try after five wrong ones needs work, and is let in with it', async () => {
	const room = await openRoom();
	failBefore(room, 5);
	await expect(join(house, room)).rejects.toThrow('POW_REQUIRED');
	const work = { challenge: house.ports.access.work.challenge({ purpose: 'join', bits: 7 }), nonce: new Uint8Array(7) };
	await expect(join(house, room, { work })).rejects.toThrow('POW_INVALID');
	const solution = await solve(7);
	await join(house, room, { work: solution });
	await expect(join(house, room, { work: solution })).rejects.toThrow('POW_INVALID');
});

test('of fifty wrong proofs at once five are looked at', async () => {
	const room = await openRoom();
	const answers = await Promise.allSettled(Array.from({ length: 50 }, () => join(house, room, badProof())));
	const reasons = answers.map((answer) => (answer.status === 'rejected' ? String(answer.reason) : 'let in'));
	expect(reasons.filter((reason) => reason === 'Refusal: AUTH_FAILED')).toHaveLength(5);
	expect(reasons.filter((reason) => reason === 'Refusal: POW_REQUIRED')).toHaveLength(45);
});

test('after a hundred wrong proofs nobody joins for an hour, unless somebody inside says so', async () => {
	const room = await openRoom();
	const { socket } = await join(house, room);
	failBefore(room, 100);
	await expect(join(house, room)).rejects.toThrow('JOIN_LOCKED');
	unlockJoins(house.ports, socket);
	await join(house, room);
});

test('a room that nobody opened, and one whose end has passed, are ROOM_GONE for join and peek', async () => {
	const unknown = draftRoom();
	const over = await openRoom();
	const { db, keyring } = house.ports;
	await db.sql`update rooms set expires_at = clock_timestamp() where ref = ${refOf(keyring, over.request.roomId)}`;
	for (const room of [unknown, over]) {
		await expect(join(house, room)).rejects.toThrow('ROOM_GONE');
		await expect(peek(house.ports, { roomId: room.request.roomId, prefix: 'here' })).rejects.toThrow('ROOM_GONE');
	}
});

test('the others hear of a tag when it subscribes, not when it reloads, when it has been without a socket for five seconds, and when it is back', async () => {
	const room = await openRoom();
	const events = house.listen(room);
	const first = await join(house, room);
	announce(house.ports, first.session);
	announce(house.ports, first.session);
	const second = await join(house, room, { replaces: first.joined.session });
	announce(house.ports, second.session);
	const { tag } = second.session;
	expect(events).toEqual([{ kind: 'presence', count: 1, joined: [tag], left: [] }]);
	expect(present(house.ports, refOfRoom(room))).toEqual([tag]);
	house.ports.access.sessions.lost(second.session);
	// The clock goes on by itself, too.
	house.advance(4000);
	withdrawLapsed(house.ports);
	expect(events).toHaveLength(1);
	house.advance(1000);
	withdrawLapsed(house.ports);
	withdrawLapsed(house.ports);
	expect(events.slice(1)).toEqual([{ kind: 'presence', count: 0, joined: [], left: [tag] }]);
	const third = await join(house, room, { replaces: second.joined.session });
	announce(house.ports, third.session);
	expect(events.slice(2)).toEqual([{ kind: 'presence', count: 1, joined: [tag], left: [] }]);
	expect(present(house.ports, refOfRoom(room))).toEqual([tag]);
});

test('who leaves is said to have left at once; who watches is never said to be there', async () => {
	const room = await openRoom();
	const [stays, goes, watches] = [await join(house, room), await join(house, room), await join(house, room, { watch: true })];
	for (const { session } of [stays, goes, watches]) announce(house.ports, session);
	const events = house.listen(room);
	leaveRoom(house.ports, goes.socket);
	leaveRoom(house.ports, watches.socket);
	expect(events).toEqual([{ kind: 'presence', count: 1, joined: [], left: [goes.session.tag] }]);
});
