import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refOf } from '../keyring/ref.ts';
import { createRoom } from '../rooms/create.ts';
import { peek } from '../rooms/peek.ts';
import { findRoom } from '../rooms/rows.ts';
import type { House, NewRoom } from '../rooms/testing.ts';
import { draftRoom, join, openHouse } from '../rooms/testing.ts';
import { createComparison } from './slots.ts';
import { openRoom, rowsIn } from './testing.ts';

const tenMinutes = 600_000;
let house: House;
beforeEach(async () => {
	house = await openHouse();
});
afterEach(() => house.stop());

async function rowOf(room: NewRoom) {
	const row = await findRoom(house.ports.db, refOf(house.ports.keyring, room.request.roomId));
	if (row === null) throw new Error('test: the room is not there');
	return { ...row, ref: refOf(house.ports.keyring, room.request.roomId) };
}

test('a key without a room is wiped when it has been seen so for ten minutes, and rooms keep theirs', async () => {
	const room = await openRoom(house);
	const { keyring } = house.ports;
	const { epoch } = await rowOf(room);
	const ref = randomBytes(16);
	const [beside, alone] = [await keyring.create(epoch, ref), await keyring.create(epoch + 5, ref)];
	const compare = createComparison(house.ports);
	expect(await compare()).toEqual({ done: 0, backlog: 0 });
	house.advance(tenMinutes / 2);
	expect((await compare()).done).toBe(0);
	house.advance(tenMinutes / 2);
	expect((await compare()).done).toBe(2);
	expect([await keyring.read(epoch, beside, ref), await keyring.read(epoch + 5, alone, ref)]).toEqual([null, null]);
	await join(house, room);
});

test('a room that is being opened for long has its key when its row comes', async () => {
	const { keyring } = house.ports;
	const compare = createComparison(house.ports);
	const slow = draftRoom();
	const late = {
		...keyring,
		read: async (epoch: number, slot: number, ref: Uint8Array) => {
			await compare();
			house.advance(tenMinutes - 10_000);
			return keyring.read(epoch, slot, ref);
		}
	};
	await createRoom({ ...house.ports, keyring: late }, slow.request);
	await compare();
	house.advance(tenMinutes);
	await compare();
	await join(house, slow);
});

test('a room without its key is ended, and one that was opened while the rows were read is not', async () => {
	const [lost, kept] = [await openRoom(house), await openRoom(house)];
	const { keyring } = house.ports;
	const { epoch, slot, ref } = await rowOf(lost);
	await keyring.wipe(epoch, slot, ref);
	const events = house.listen(lost);
	let opened: NewRoom | undefined;
	const live = async function* () {
		for await (const slots of keyring.live() ?? []) {
			opened ??= await openRoom(house);
			yield slots;
		}
	};
	const compare = createComparison({ ...house.ports, keyring: { ...keyring, live } });
	expect(await compare()).toEqual({ done: 1, backlog: 0 });
	expect(events).toEqual([{ kind: 'gone', reason: 'ended' }]);
	await expect(peek(house.ports, { roomId: lost.request.roomId, prefix: 'here' })).rejects.toThrow('ROOM_GONE');
	for (const room of [kept, opened]) if (room !== undefined) await join(house, room);
	expect(await rowsIn(house, 'rooms')).toBe(2);
	await createRoom(house.ports, draftRoom({ roomId: lost.request.roomId }).request);
});

test('rooms whose whole hour is gone from the keyring are ended', async () => {
	const room = await openRoom(house);
	const { epoch, slot, ref } = await rowOf(room);
	await house.ports.keyring.wipe(epoch, slot, ref);
	expect(await createComparison(house.ports)()).toEqual({ done: 1, backlog: 0 });
	expect(await rowsIn(house, 'rooms')).toBe(0);
});

test('a room whose slot is another room’s has no key, and its end leaves the other its own', async () => {
	const [lost, kept] = [await openRoom(house), await openRoom(house)];
	const [{ id }, { epoch, slot }] = [await rowOf(lost), await rowOf(kept)];
	await house.ports.db.sql`update rooms set epoch = ${epoch}, slot = ${slot} where id = ${id}`;
	expect(await createComparison(house.ports)()).toEqual({ done: 1, backlog: 0 });
	await expect(peek(house.ports, { roomId: lost.request.roomId, prefix: 'here' })).rejects.toThrow('ROOM_GONE');
	await join(house, kept);
});

test('a process that does not write the keyring compares nothing', async () => {
	const room = await openRoom(house);
	const { epoch, slot, ref } = await rowOf(room);
	await house.ports.keyring.wipe(epoch, slot, ref);
	const reader = { ...house.ports, keyring: { ...house.ports.keyring, live: () => null } };
	expect(await createComparison(reader)()).toEqual({ done: 0, backlog: 0 });
	expect(await rowsIn(house, 'rooms')).toBe(1);
});
