import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccess } from '../access/access.ts';
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

test('a purged room stays gone when its rows could not be deleted, restart or not, and the next sweep deletes them', async () => {
	const room = await openRoom();
	await fill(room, 2);
	const before = await envelopeCount();
	const { socket } = await join(house, room);
	const release = await holdRow(room);
	await expect(purgeRoom(house.ports, socket)).rejects.toThrow('held');
	const { sql } = house.ports.db;
	const ref = refOf(house.ports.keyring, room.request.roomId);
	expect(await sql`select sealed from rooms where ref = ${ref}`).toEqual([{ sealed: Buffer.alloc(108) }]);
	await expect(join(restarted(), room)).rejects.toThrow('ROOM_GONE');
	await expect(createRoom(house.ports, room.request)).rejects.toThrow('ROOM_EXISTS');
	await release();
	expect(await endExpiredRooms(restarted().ports)).toBe(1);
	expect(await sql`select id from rooms where ref = ${ref}`).toEqual([]);
	expect(await envelopeCount()).toBe(before - 2);
});

test('rooms that fail to end, be they more than a batch, keep no other from ending, and their failure is told', async () => {
	const held = [await openRoom(), await openRoom(), await openRoom()];
	const fine = await openRoom();
	const releases = [];
	for (const room of held) releases.push(await holdRow(room));
	const { db, keyring } = house.ports;
	const refs = [...held, fine].map((room) => refOf(keyring, room.request.roomId));
	await db.sql`update rooms set expires_at = clock_timestamp() where ref in ${db.sql(refs)}`;
	await expect(endExpiredRooms(house.ports, { batch: 2 })).rejects.toThrow('held');
	expect(await db.sql`select ref from rooms where ref in ${db.sql(refs)}`).toHaveLength(3);
	for (const release of releases) await release();
	expect(await endExpiredRooms(house.ports, { batch: 2 })).toBe(3);
});
