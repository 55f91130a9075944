/** Two servers, as they are run, on one database and one keyring: nothing is done twice, and nothing is lost with one of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestDatabase } from './db/testing.ts';
import { testDatabase } from './db/testing.ts';
import { systemDisk } from './keyring/disk.ts';
import { liveSlots } from './keyring/hours.ts';
import type { Main, Reader } from './testing-main.ts';
import { enterAt, isBuilt, openRoomAt, postAt, startMain, untilGone } from './testing-main.ts';

const timeout = 120_000;
const roomCount = process.env.LONG === undefined ? 20 : 200;
/** A second is what it should take; the machine may be busy. */
const goneWithinMs = 5_000;

let database: TestDatabase;
let keyringDir: string;
const running: Main[] = [];
beforeEach(async () => {
	database = await testDatabase();
	keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-two-'));
});
afterEach(async () => {
	await Promise.all(running.splice(0).map((main) => main.kill()));
	await database.stop();
	await rm(keyringDir, { recursive: true });
});

async function start(): Promise<Main> {
	const wide = String(1e6);
	const main = await startMain({
		DATABASE_URL: database.url,
		DATABASE_CONNECTIONS: '4',
		KEYRING_DIR: keyringDir,
		LIMIT_CREATE_PER_MINUTE: wide,
		LIMIT_SOCKETS_PER_PREFIX: wide
	});
	running.push(main);
	return main;
}

type Both = readonly [Main, Main];

/** Rooms opened by turns through either server, each with somebody who has written something at both. */
async function fillRooms(servers: Both, count: number): Promise<readonly (readonly [Reader, Reader])[]> {
	const filled: (readonly [Reader, Reader])[] = [];
	const lane = async (n: number) => {
		for (let index = n; index < count; index += lanes) {
			const room = await openRoomAt(servers[index % 2 === 0 ? 0 : 1]);
			const pair = [await enterAt(servers[0], room), await enterAt(servers[1], room)] as const;
			await postAt(pair[index % 2 === 0 ? 1 : 0]);
			filled.push(pair);
		}
	};
	await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
	return filled;
}
const lanes = 8;

/** All rooms end at one second, a little from now. */
async function endAllSoon(): Promise<void> {
	await database.db.sql`update rooms set expires_at = date_trunc('second', clock_timestamp()) + interval '3 s'`;
}

/** By the clock that decides. */
async function sinceTheEnd(): Promise<number> {
	const [row] = await database.db.sql<{ ms: number }[]>`
		select (extract(epoch from clock_timestamp() - max(expires_at)) * 1000)::float8 as ms from ends`;
	return row?.ms ?? Infinity;
}

/** Remembers the ends of the rooms that are there now. */
async function noteEnds(): Promise<void> {
	await database.db.sql`create table ends as select expires_at from rooms`;
}

async function leftOver(): Promise<unknown> {
	const [counts] = await database.db.sql`
		select (select count(*)::int from rooms) as rooms, (select count(*)::int from remains) as remains,
			(select count(*)::int from envelopes) as envelopes`;
	let slots = 0;
	for await (const each of liveSlots({ disk: systemDisk, folder: keyringDir })) slots += each.length;
	return { ...counts, slots };
}

const nothing = { rooms: 0, remains: 0, envelopes: 0, slots: 0 };

async function ended(...servers: readonly Main[]): Promise<number> {
	const counts = await Promise.all(servers.map((main) => main.count('rooms_ended_total')));
	return counts.reduce((sum, count) => sum + count, 0);
}

async function failures(...servers: readonly Main[]): Promise<readonly string[]> {
	return servers.flatMap(({ lines }) => lines.filter((line) => line.includes('"level":"error"')));
}

/** Deleting rows takes its time, so that the middle of it is easily met. */
async function deleteSlowly(): Promise<void> {
	const { sql } = database.db;
	await sql`create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(0.02); return old; end $$`;
	await sql`create trigger slowly before delete on rooms for each row execute function take_time()`;
}

/** Whether a server has claimed rooms and not yet come to the end of it. */
async function isClaiming(): Promise<boolean> {
	const rows = await database.db.sql`
		select from pg_locks join pg_stat_activity using (pid)
		where relation = 'rooms'::regclass and mode = 'RowShareLock' and datname = current_database()`;
	return rows.length > 0;
}

test.skipIf(!isBuilt)(
	`${roomCount} rooms that end at one second: everybody at both is told at once, and each ends once`,
	{ timeout },
	async () => {
		const servers: Both = [await start(), await start()];
		const readers = (await fillRooms(servers, roomCount)).flat();
		expect(await Promise.all(servers.map((main) => main.count('rooms_opened_total')))).toEqual([roomCount / 2, roomCount / 2]);
		await endAllSoon();
		await noteEnds();
		await Promise.all(readers.map(untilGone));
		expect(await sinceTheEnd()).toBeLessThan(goneWithinMs);
		for (const { following } of readers) {
			expect(following.events.filter((event) => event.__typename === 'Gone')).toHaveLength(1);
		}
		await expect.poll(leftOver).toEqual(nothing);
		expect(await ended(...servers)).toBe(roomCount);
		expect(await failures(...servers)).toEqual([]);
	}
);

test.skipIf(!isBuilt).for([
	['which keeps the keyring', 0],
	['which does not keep the keyring', 1]
] as const)(
	'a server %s is killed while it ends rooms: the other one ends them all and goes on',
	{ timeout },
	async ([, dying]) => {
		const servers: Both = [await start(), await start()];
		const [victim, survivor] = dying === 0 ? servers : [servers[1], servers[0]];
		const pairs = await fillRooms(servers, roomCount);
		const [lost, kept] = [pairs.map((pair) => pair[dying]), pairs.map((pair) => pair[dying === 0 ? 1 : 0])];
		await deleteSlowly();
		// The one that is to die is the one that ends them.
		survivor.signal('SIGSTOP');
		await endAllSoon();
		await noteEnds();
		await expect.poll(isClaiming, { interval: 10 }).toBe(true);
		survivor.signal('SIGCONT');
		await Promise.race(lost.map(untilGone));
		await victim.kill();
		expect(await database.db.sql`select from rooms`).toHaveLength(roomCount);

		await Promise.all([...kept.map(untilGone), ...lost.map(({ socket }) => socket.closed)]);
		await expect.poll(leftOver).toEqual(nothing);
		expect(await ended(survivor)).toBe(roomCount);
		const room = await openRoomAt(survivor);
		await postAt(await enterAt(survivor, room));
		const successor = await start();
		await postAt(await enterAt(successor, room));
		await enterAt(survivor, await openRoomAt(successor));
		expect(await failures(survivor, successor)).toEqual([]);
	}
);
