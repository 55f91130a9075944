import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyAfterLeaveMs, emptyAfterLossMs } from '#protocol/limits';
import type { RoomEvent } from '../fanout/bus.ts';
import { createRoom } from '../rooms/create.ts';
import { endEmptyRooms } from '../rooms/end.ts';
import { leaveRoom } from '../rooms/leave.ts';
import { peek } from '../rooms/peek.ts';
import type { House, NewRoom, Socket } from '../rooms/testing.ts';
import { draftRoom, join, openHouse } from '../rooms/testing.ts';

const liveWithoutPassword = 0x14;

let house: House;
let room: NewRoom;
let events: RoomEvent[];
beforeEach(async () => {
	const { ports, ...rest } = await openHouse();
	house = { ...rest, ports: { ...ports, modes: ['stored', 'relayed'] } };
	room = await open();
	events = house.listen(room);
});
afterEach(() => house.stop());

async function open(changes: Partial<NewRoom['request']> = {}): Promise<NewRoom> {
	const drafted = draftRoom({ byte0: liveWithoutPassword, ...changes });
	await createRoom(house.ports, drafted.request);
	return drafted;
}

const enter = async (): Promise<Socket> => (await join(house, room)).socket;
const leave = (socket: Socket) => leaveRoom(house.ports, socket);

/** The network takes the socket away. */
function lose({ session }: Socket): void {
	if (session !== null) house.ports.access.sessions.lost(session);
}

const isThere = (of = room): Promise<boolean> =>
	peek(house.ports, { roomId: of.request.roomId, prefix: 'here' }).then(
		() => true,
		() => false
	);

/** Whether the room ends after so long, and not a moment before. */
async function endsAfter(ms: number): Promise<boolean> {
	house.advance(ms - 5_000);
	expect(await endEmptyRooms(house.ports)).toBe(0);
	house.advance(5_000);
	return (await endEmptyRooms(house.ports)) === 1;
}

test('a minute after the last of them has left the room ends, key and row', async () => {
	const [ada, ben] = [await enter(), await enter()];
	leave(ada);
	house.advance(2 * emptyAfterLossMs);
	expect(await endEmptyRooms(house.ports)).toBe(0);
	leave(ben);
	expect(await endsAfter(emptyAfterLeaveMs)).toBe(true);
	expect(await isThere()).toBe(false);
	expect(events.at(-1)).toEqual({ kind: 'gone', reason: 'ended' });
	expect(await house.ports.db.sql`select from rooms`).toHaveLength(0);
	expect(await endEmptyRooms(house.ports)).toBe(0);
});

test('five minutes after the last socket was lost, however early the last one left', async () => {
	const [ada, ben] = [await enter(), await enter()];
	lose(ada);
	leave(ben);
	expect(await endsAfter(emptyAfterLossMs)).toBe(true);
});

test('not while only one has been in', async () => {
	leave(await enter());
	house.advance(2 * emptyAfterLossMs);
	expect(await endEmptyRooms(house.ports)).toBe(0);
	leave(await enter());
	house.advance(2 * emptyAfterLossMs);
	expect(await endEmptyRooms(house.ports)).toBe(0);
	expect(await isThere()).toBe(true);
});

test('not when somebody has come back, until they too have gone', async () => {
	const [ada, ben] = [await enter(), await enter()];
	leave(ada);
	leave(ben);
	house.advance(emptyAfterLeaveMs - 1);
	const back = await enter();
	house.advance(2 * emptyAfterLossMs);
	expect(await endEmptyRooms(house.ports)).toBe(0);
	leave(back);
	expect(await endsAfter(emptyAfterLeaveMs)).toBe(true);
});

test('not where it was not wished, nor a stored room', async () => {
	for (const kept of [await open({ emptyPolicy: 0 }), await open({ byte0: 0x12 })]) {
		const [ada, ben] = [await join(house, kept), await join(house, kept)];
		leave(ada.socket);
		leave(ben.socket);
		house.advance(2 * emptyAfterLossMs);
		expect(await endEmptyRooms(house.ports)).toBe(0);
		expect(await isThere(kept)).toBe(true);
	}
});

test('a room that could not be ended is tried again', async () => {
	const [ada, ben] = [await enter(), await enter()];
	for (const socket of [ada, ben]) leave(socket);
	house.advance(emptyAfterLeaveMs);
	const broken = { ...house.ports.keyring, wipe: () => Promise.reject(new Error('disk')) };
	await expect(endEmptyRooms({ ...house.ports, keyring: broken })).rejects.toThrow('disk');
	expect(await isThere()).toBe(true);
	expect(await endEmptyRooms(house.ports)).toBe(1);
	expect(await isThere()).toBe(false);
});
