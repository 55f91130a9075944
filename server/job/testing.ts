/** For tests: several processes on one database and one keyring, and rooms whose time is over. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createAccess } from '../access/access.ts';
import { openDatabase } from '../db/client.ts';
import { databaseUrl } from '../db/testing-setup.ts';
import { createMemoryBus } from '../fanout/memory-bus.ts';
import { refOf } from '../keyring/ref.ts';
import { createMetrics } from '../metrics.ts';
import { createRoom } from '../rooms/create.ts';
import type { House, NewRoom } from '../rooms/testing.ts';
import { draftRoom } from '../rooms/testing.ts';

/** Another process beside this one: a pool, sessions, a bus and counters of its own. `stop` closes its pool. */
export async function anotherProcess(house: House): Promise<House> {
	const { db, keyring, limits, now } = house.ports;
	const [row] = await db.sql<{ name: string }[]>`select current_database() as name`;
	const pool = openDatabase(databaseUrl(inject('postgresUrl'), row?.name ?? ''), { max: 4 });
	const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: limits.socketsPerPlace, now, randomBytes });
	const ports = { ...house.ports, db: pool, access, bus: createMemoryBus(), metrics: createMetrics() };
	return { ...house, ports, stop: () => pool.close() };
}

export async function openRoom(house: House): Promise<NewRoom> {
	const room = draftRoom();
	await createRoom(house.ports, room.request);
	return room;
}

/** So many rooms with `envelopes` each, over or not, with keys; by statement, since opening each would take its time. */
export async function openMany(house: House, options: { count: number; envelopes?: number; over?: boolean }): Promise<void> {
	const { sql } = house.ports.db;
	const model = await openRoom(house);
	const ref = refOf(house.ports.keyring, model.request.roomId);
	const { count, envelopes = 0, over = true } = options;
	const [row] = await sql<{ epoch: number }[]>`select epoch from rooms where ref = ${ref}`;
	const refs = Array.from({ length: count }, () => randomBytes(16));
	const slots = await Promise.all(refs.map((each) => house.ports.keyring.create(row?.epoch ?? 0, each)));
	for (const [index, each] of refs.entries()) {
		await sql`
			insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, plan, people, card)
			select ${each}, epoch, day, byte0, ${slots[index] ?? 0}, sealed, created_at,
				case when ${over} then statement_timestamp() else expires_at end, plan, people, card
			from rooms where ref = ${ref}`;
	}
	await sql`delete from rooms where ref = ${ref}`;
	await sql`
		insert into envelopes (day, room, seq, mid, t, env)
		select day, id, n, decode(lpad(to_hex(n), 32, '0'), 'hex'), 0, sealed from rooms, generate_series(1, ${envelopes}::int) as n
		where ref in ${sql(refs)}`;
}

/** From now on the room's time is over. */
export async function passTime({ ports }: House, room: NewRoom): Promise<void> {
	await ports.db.sql`update rooms set expires_at = clock_timestamp() where ref = ${refOf(ports.keyring, room.request.roomId)}`;
}

export async function rowsIn({ ports }: House, table: 'rooms' | 'envelopes' | 'remains'): Promise<number> {
	const [row] = await ports.db.sql<{ count: number }[]>`select count(*)::int as count from ${ports.db.sql(table)}`;
	return row?.count ?? -1;
}
