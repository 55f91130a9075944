import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createAccess } from '../access/access.ts';
import { openRoom as openRoomIn, passTime } from '../job/testing.ts';
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

const openRoom = () => openRoomIn(house);

async function fill(room: NewRoom, count: number): Promise<void> {
	const { db, keyring } = house.ports;
	await db.sql`
		insert into envelopes (day, room, seq, mid, t, env)
		select day, id, n, decode(lpad(to_hex(n), 32, '0'), 'hex'), 0, '\\x00' from rooms, generate_series(1, ${count}::int) as n
		where ref = ${refOf(keyring, room.request.roomId)}`;
}

/** How many envelopes each ended room still has. */
async function remains(): Promise<readonly number[]> {
	const rows = await house.ports.db.sql<{ count: number }[]>`
		select count(envelopes.seq)::int as count from remains left join envelopes on envelopes.room = remains.room and envelopes.day = remains.day
		group by remains.room order by remains.room`;
	return rows.map((row) => row.count);
}

async function roomCount(): Promise<number> {
	const [row] = await house.ports.db.sql<{ count: number }[]>`select count(*)::int as count from rooms`;
	return row?.count ?? -1;
}

test('a purge leaves nothing of the room but what it takes to delete its envelopes, ends every session and tells everybody', async () => {
	const [room, other] = [await openRoom(), await openRoom()];
	await fill(room, 7);
	await fill(other, 3);
	const [purger, member] = [await join(house, room), await join(house, room)];
	const bystander = await join(house, other);
	const events = house.listen(room);
	await purgeRoom(house.ports, purger.socket);
	expect(events).toEqual([{ kind: 'gone', reason: 'purged' }]);
	expect(await remains()).toEqual([7]);
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
		read: async (epoch: number, slot: number, ref: Uint8Array) => {
			await purgeRoom(house.ports, socket);
			return keyring.read(epoch, slot, ref);
		}
	};
	const attempt = joinRoom({ ...house.ports, keyring: purgedMeanwhile }, late, proveAccess(room, late));
	await expect(attempt).rejects.toThrow('ROOM_GONE');
	expect(late.session).toBeNull();
});

test("the keyring's slot is wiped before anybody hears of the end, and the rows go last", async () => {
	const room = await openRoom();
	const before = await roomCount();
	const { socket } = await join(house, room);
	const order: string[] = [];
	const { keyring, bus } = house.ports;
	const ports = {
		...house.ports,
		keyring: { ...keyring, wipe: async () => void order.push(`wipe, ${await roomCount()} rooms`) },
		bus: { ...bus, publish: () => void order.push('gone') }
	};
	await purgeRoom(ports, socket);
	expect(order).toEqual([`wipe, ${before} rooms`, 'gone']);
	expect(await roomCount()).toBe(before - 1);
});

test('a purge whose key could not be destroyed leaves everybody in the room, so that it can be tried again', async () => {
	const room = await openRoom();
	const { socket } = await join(house, room);
	const broken = { ...house.ports.keyring, wipe: () => Promise.reject(new Error('disk')) };
	await expect(purgeRoom({ ...house.ports, keyring: broken }, socket)).rejects.toThrow('disk');
	await purgeRoom(house.ports, socket);
	await expect(join(house, room)).rejects.toThrow('ROOM_GONE');
});

test('rooms whose time is over are ended with their rows, others are left alone', async () => {
	const [over, on] = [await openRoom(), await openRoom()];
	const [member, bystander] = [await join(house, over), await join(house, on)];
	const events = house.listen(over);
	const before = await roomCount();
	expect(await endExpiredRooms(house.ports)).toEqual({ done: 0, backlog: 0 });
	await passTime(house, over);
	expect(await endExpiredRooms(house.ports)).toEqual({ done: 1, backlog: 0 });
	expect(events).toEqual([{ kind: 'gone', reason: 'ended' }]);
	expect(await roomCount()).toBe(before - 1);
	expect(() => unlockJoins(house.ports, member.socket)).toThrow('NO_SESSION');
	unlockJoins(house.ports, bystander.socket);
});

/** From now on the database refuses to delete this room, as it does when the process is killed at that moment. Gives the way back. */
async function holdRow(room: NewRoom): Promise<() => Promise<void>> {
	const { sql } = house.ports.db;
	const ref = refOf(house.ports.keyring, room.request.roomId);
	await sql`create table if not exists held (ref bytea)`;
	await sql`insert into held values (${ref})`;
	await sql`
		create or replace function hold() returns trigger language plpgsql as $$
		begin if old.ref in (select ref from held) then raise 'held'; end if; return old; end $$`;
	await sql`create or replace trigger hold before delete on rooms for each row execute function hold()`;
	return async () => void (await sql`delete from held where ref = ${ref}`);
}

/** The process after a restart: what stood in RAM is gone. */
function restarted(): House {
	const { keyring, limits, now, randomBytes } = house.ports;
	const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: limits.socketsPerPlace, now, randomBytes });
	return { ...house, ports: { ...house.ports, access } };
}

test('a purged room stays gone when its row could not be deleted, restart or not', async () => {
	const room = await openRoom();
	const { socket } = await join(house, room);
	const release = await holdRow(room);
	const events = house.listen(room);
	await expect(purgeRoom(house.ports, socket)).rejects.toThrow('held');
	expect(events).toEqual([{ kind: 'gone', reason: 'purged' }]);
	expect(() => unlockJoins(house.ports, socket)).toThrow('NO_SESSION');
	await expect(join(restarted(), room)).rejects.toThrow('ROOM_GONE');
	await expect(createRoom(house.ports, room.request)).rejects.toThrow('ROOM_EXISTS');
	await release();
	await passTime(house, room);
	expect((await endExpiredRooms(house.ports)).done).toBe(1);
});

test('a purge tries again when the database fails for a moment', async () => {
	const room = await openRoom();
	const { socket } = await join(house, room);
	const release = await holdRow(room);
	const purged = purgeRoom(house.ports, socket);
	await vi.waitFor(() => expect(() => unlockJoins(house.ports, socket)).toThrow('NO_SESSION'), { timeout: 60_000 });
	await release();
	await purged;
	await createRoom(house.ports, draftRoom({ roomId: room.request.roomId }).request);
});

test('rooms that fail to end, be they more than a batch, keep no other from ending, and their failure is told', async () => {
	const held = [await openRoom(), await openRoom(), await openRoom()];
	const fine = await openRoom();
	const before = await roomCount();
	const releases = [];
	for (const room of held) releases.push(await holdRow(room));
	for (const room of [...held, fine]) await passTime(house, room);
	await expect(endExpiredRooms(house.ports, { batch: 2 })).rejects.toThrow('held');
	expect(await roomCount()).toBe(before - 1);
	for (const release of releases) await release();
	expect((await endExpiredRooms(house.ports, { batch: 2 })).done).toBe(3);
});

test('a key that can not be destroyed keeps its room, and no other, from ending', async () => {
	const [bad, fine] = [await openRoom(), await openRoom()];
	for (const room of [bad, fine]) await passTime(house, room);
	const before = await roomCount();
	const { keyring, db } = house.ports;
	const [row] = await db.sql`select slot from rooms where ref = ${refOf(keyring, bad.request.roomId)}`;
	const wipe = (epoch: number, slot: number, ref: Uint8Array) =>
		slot === row?.slot ? Promise.reject(new Error('disk')) : keyring.wipe(epoch, slot, ref);
	await expect(endExpiredRooms({ ...house.ports, keyring: { ...keyring, wipe } })).rejects.toThrow('disk');
	expect(await roomCount()).toBe(before - 1);
	expect((await endExpiredRooms(house.ports)).done).toBe(1);
});
