import { afterAll, beforeAll, expect, test } from 'vitest';
import { refOf } from '../keyring/ref.ts';
import { createRoom } from './create.ts';
import { endExpiredRooms, purgeRoom } from './end.ts';
import { joinRoom } from './join.ts';
import { leaveRoom, unlockJoins } from './leave.ts';
import { peek } from './peek.ts';
import type { House, NewRoom } from './testing.ts';
import { draftRoom, join, openHouse, openSocket, proveAccess } from './testing.ts';

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

async function openRoom(): Promise<NewRoom> {
	const room = draftRoom();
	await createRoom(house.ports, room.request);
	return room;
}

async function fill(room: NewRoom, count: number): Promise<void> {
	const { db, keyring } = house.ports;
	await db.sql`
		insert into envelopes (day, room, seq, mid, t, env)
		select day, id, n, decode(lpad(to_hex(n), 32, '0'), 'hex'), 0, '\\x00' from rooms, generate_series(1, ${count}::int) as n
		where ref = ${refOf(keyring, room.request.roomId)}`;
}

async function envelopeCount(): Promise<number> {
	const [row] = await house.ports.db.sql<{ count: number }[]>`select count(*)::int as count from envelopes`;
	return row?.count ?? -1;
}

test('a purge takes every row of the room and no other, ends every session and tells everybody', async () => {
	const [room, other] = [await openRoom(), await openRoom()];
	await fill(room, 7);
	await fill(other, 3);
	const [purger, member] = [await join(house, room), await join(house, room)];
	const bystander = await join(house, other);
	const events = house.listen(room);
	await purgeRoom(house.ports, purger.socket);
	expect(events).toEqual([{ kind: 'gone', reason: 'purged' }]);
	expect(await envelopeCount()).toBe(3);
	for (const { socket } of [purger, member]) {
		expect(() => leaveRoom(house.ports, socket)).toThrow('NO_SESSION');
		expect(() => unlockJoins(house.ports, socket)).toThrow('NO_SESSION');
		await expect(purgeRoom(house.ports, socket)).rejects.toThrow('NO_SESSION');
	}
	unlockJoins(house.ports, bystander.socket);
	await expect(peek(house.ports, { roomId: room.request.roomId, prefix: 'here' })).rejects.toThrow('ROOM_GONE');
	await expect(join(house, room)).rejects.toThrow('ROOM_GONE');
});

test('purging without a session is NO_SESSION', async () => {
	await expect(purgeRoom(house.ports, null)).rejects.toThrow('NO_SESSION');
	await expect(purgeRoom(house.ports, openSocket(house.ports))).rejects.toThrow('NO_SESSION');
});

test('a join that was on its way while the room was purged finds it gone', async () => {
	const room = await openRoom();
	const { socket } = await join(house, room);
	const late = openSocket(house.ports);
	const { keyring } = house.ports;
	const purgedMeanwhile = {
		...keyring,
		read: async (epoch: number, slot: number) => {
			await purgeRoom(house.ports, socket);
			return keyring.read(epoch, slot);
		}
	};
	const attempt = joinRoom({ ...house.ports, keyring: purgedMeanwhile }, late, proveAccess(room, late));
	await expect(attempt).rejects.toThrow('ROOM_GONE');
	expect(late.session).toBeNull();
});

test("the keyring's slot is wiped before anybody hears of the end, and the rows go last", async () => {
	const room = await openRoom();
	await fill(room, 1);
	const before = await envelopeCount();
	const { socket } = await join(house, room);
	const order: string[] = [];
	const { keyring, bus } = house.ports;
	const ports = {
		...house.ports,
		keyring: { ...keyring, wipe: async () => void order.push(`wipe, ${await envelopeCount()} rows`) },
		bus: { ...bus, publish: () => void order.push('gone') }
	};
	await purgeRoom(ports, socket);
	expect(order).toEqual([`wipe, ${before} rows`, 'gone']);
	expect(await envelopeCount()).toBe(before - 1);
});

test('rooms whose time is over are ended with their rows, others are left alone', async () => {
	const [over, on] = [await openRoom(), await openRoom()];
	await fill(over, 4);
	await fill(on, 2);
	const before = await envelopeCount();
	const [member, bystander] = [await join(house, over), await join(house, on)];
	const events = house.listen(over);
	const { db, keyring } = house.ports;
	expect(await endExpiredRooms(house.ports)).toBe(0);
	await db.sql`update rooms set expires_at = clock_timestamp() where ref = ${refOf(keyring, over.request.roomId)}`;
	expect(await endExpiredRooms(house.ports)).toBe(1);
	expect(events).toEqual([{ kind: 'gone', reason: 'ended' }]);
	expect(await envelopeCount()).toBe(before - 4);
	expect(() => unlockJoins(house.ports, member.socket)).toThrow('NO_SESSION');
	unlockJoins(house.ports, bystander.socket);
});
