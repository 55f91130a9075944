/** `kill -9` at every step of the order of operations (docs/PROTOCOL.md §6.2), in a process of its own, and then a start as main.ts does it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { bindToDatabase } from '../keyring/binding.ts';
import { refOf } from '../keyring/ref.ts';
import { createLog } from '../log.ts';
import { createRoom } from '../rooms/create.ts';
import { joinRoom } from '../rooms/join.ts';
import { peek } from '../rooms/peek.ts';
import type { RoomPorts } from '../rooms/ports.ts';
import { databaseSeconds, findRoom } from '../rooms/rows.ts';
import type { EndedRoom } from '../rooms/rows.ts';
import type { NewRoom } from '../rooms/testing.ts';
import { draftRoom, openSocket, proveAccess } from '../rooms/testing.ts';
import { testToken } from '../tokens/testing.ts';
import type { Job } from './job.ts';
import { createJob } from './job.ts';
import { createTasks } from './tasks.ts';
import type { Place, Step, Work } from './testing-crash.ts';
import { crash, openPorts } from './testing-crash.ts';

const hourSeconds = 3_600;
const daySeconds = 86_400;
const tenMinutes = 600_000;
/** More than one batch of deletion, and more slots than one chunk of overwriting. */
const manyEnvelopes = 1_100;
const manySlots = 1_100;

/** What is there before the crash. The keeper's room lives on through everything; the victim's is what the crash is about. */
type World = Place & { readonly keeper: NewRoom; readonly victim: NewRoom };
/** `keys`: the victim's, which nobody may find once its room is over. */
type Prepared = { readonly work: Work; readonly keys: readonly Uint8Array[] };
type Life = Awaited<ReturnType<typeof openPorts>>;
type Scene = (ports: RoomPorts, world: World) => Promise<Prepared>;

async function writeEnvelopes({ keyring, db }: RoomPorts, room: NewRoom, count: number): Promise<void> {
	await db.sql`
		insert into envelopes (day, room, seq, mid, t, env)
		select day, id, n, decode(lpad(to_hex(n), 32, '0'), 'hex'), 0, sealed from rooms, generate_series(1, ${count}::int) as n
		where ref = ${refOf(keyring, room.request.roomId)}`;
}

async function rowOf({ keyring, db }: RoomPorts, room: NewRoom) {
	const row = await findRoom(db, refOf(keyring, room.request.roomId));
	if (row === null) throw new Error('test: the room is not there');
	return { ...row, ref: refOf(keyring, room.request.roomId) };
}

async function openVictim(ports: RoomPorts, { victim }: World, envelopes = 3): Promise<Uint8Array[]> {
	await createRoom(ports, copyOf(victim));
	await writeEnvelopes(ports, victim, envelopes);
	return keysOf(ports, await rowOf(ports, victim));
}

async function keysOf({ keyring }: RoomPorts, { epoch, slot, ref }: Omit<EndedRoom, 'id'>): Promise<Uint8Array[]> {
	const keys = await keyring.read(epoch, slot, ref);
	return keys === null ? [] : [keys.slotKey];
}

/** Opening a room clears the shard of its request. */
const copyOf = ({ request }: NewRoom) => ({ ...request, shard: request.shard.slice() });

const expire = (ports: RoomPorts, room: NewRoom) =>
	ports.db.sql`update rooms set expires_at = clock_timestamp() where ref = ${refOf(ports.keyring, room.request.roomId)}`;

const scenes = {
	'a room is opened': async (_ports, { victim }) => ({ work: { kind: 'create', request: copyOf(victim) }, keys: [] }),
	'a room is over': async (ports, world) => {
		const keys = await openVictim(ports, world);
		await expire(ports, world.victim);
		return { work: { kind: 'end' }, keys };
	},
	'a room is purged': async (ports, world) => ({
		keys: await openVictim(ports, world),
		work: { kind: 'purge', roomId: world.victim.request.roomId }
	}),
	'envelopes are deleted': async (ports, world) => {
		const keys = await openVictim(ports, world, manyEnvelopes);
		const { id, epoch, slot, ref } = await rowOf(ports, world.victim);
		await ports.keyring.wipe(epoch, slot, ref);
		await ports.db
			.sql`with gone as (delete from rooms where id = ${id} returning id, day) insert into remains (room, day) select id, day from gone`;
		return { work: { kind: 'remains' }, keys };
	},
	'an hour is over': async (ports, world) => {
		await openVictim(ports, world);
		const { id, epoch, slot, ref } = await rowOf(ports, world.victim);
		const past = Math.floor((await databaseSeconds(ports.db)) / hourSeconds) - 1;
		const slots = await Promise.all(Array.from({ length: manySlots }, () => ports.keyring.create(past, ref)));
		const last = slots.at(-1) ?? 0;
		await ports.keyring.wipe(epoch, slot, ref);
		await ports.db
			.sql`update rooms set epoch = ${past}, slot = ${last}, expires_at = to_timestamp(${(past + 1) * hourSeconds}) where id = ${id}`;
		const all = await Promise.all([0, last].map((each) => keysOf(ports, { epoch: past, slot: each, ref })));
		return { work: { kind: 'hour' }, keys: all.flat() };
	},
	'a day is over': async (ports, world) => {
		const keys = await openVictim(ports, world);
		const { id, epoch, slot, ref } = await rowOf(ports, world.victim);
		const today = Math.floor((await databaseSeconds(ports.db)) / daySeconds);
		const { sql } = ports.db;
		await ports.keyring.wipe(epoch, slot, ref);
		await sql`select ensure_envelope_partition(${today - 1})`;
		await sql`insert into envelopes select ${today - 1}, room, seq, mid, t, burn_at, env from envelopes where room = ${id}`;
		await sql`delete from envelopes where room = ${id} and day >= ${today}`;
		await sql`with gone as (delete from rooms where id = ${id} returning id) insert into remains (room, day) select id, ${today - 1} from gone`;
		return { work: { kind: 'day', today }, keys };
	}
} satisfies Record<string, Scene>;

type Case = {
	readonly scene: keyof typeof scenes;
	readonly step: Step;
	readonly victim: 'there' | 'over';
	/** Without the keeper's room: the first one of its hour. */
	readonly alone?: boolean;
	/** Close to its neighbours. */
	readonly long?: boolean;
};

const before = (name: string, nth = 1): Step => ({ moment: 'before', name, nth });
const after = (name: string, nth = 1): Step => ({ moment: 'after', name, nth });
const cases: readonly Case[] = [
	{ scene: 'a room is opened', step: before('disk rename'), victim: 'over', alone: true },
	{ scene: 'a room is opened', step: after('disk rename'), victim: 'over', alone: true, long: true },
	{ scene: 'a room is opened', step: before('disk write'), victim: 'over', long: true },
	{ scene: 'a room is opened', step: after('disk write'), victim: 'over' },
	{ scene: 'a room is opened', step: after('disk datasync'), victim: 'over', long: true },
	{ scene: 'a room is opened', step: before('with made'), victim: 'over' },
	{ scene: 'a room is opened', step: after('with made'), victim: 'there' },
	{ scene: 'a room is over', step: before('disk write'), victim: 'over' },
	{ scene: 'a room is over', step: before('disk datasync'), victim: 'over' },
	{ scene: 'a room is over', step: after('disk datasync'), victim: 'over', long: true },
	{ scene: 'a room is over', step: before('dismissal'), victim: 'over', long: true },
	{ scene: 'a room is over', step: before('with gone'), victim: 'over', long: true },
	{ scene: 'a room is over', step: after('with gone'), victim: 'over' },
	{ scene: 'a room is over', step: after('transaction'), victim: 'over', long: true },
	{ scene: 'a room is purged', step: before('disk write'), victim: 'there' },
	{ scene: 'a room is purged', step: before('disk datasync'), victim: 'over' },
	{ scene: 'a room is purged', step: before('dismissal'), victim: 'over', long: true },
	{ scene: 'a room is purged', step: before('with gone'), victim: 'over', long: true },
	{ scene: 'a room is purged', step: after('with gone'), victim: 'over' },
	{ scene: 'envelopes are deleted', step: after('delete from'), victim: 'over' },
	{ scene: 'envelopes are deleted', step: after('transaction', 1), victim: 'over', long: true },
	{ scene: 'envelopes are deleted', step: after('transaction', 2), victim: 'over', long: true },
	{ scene: 'an hour is over', step: before('disk write'), victim: 'over', long: true },
	{ scene: 'an hour is over', step: after('disk write', 1), victim: 'over' },
	{ scene: 'an hour is over', step: before('disk datasync'), victim: 'over', long: true },
	{ scene: 'an hour is over', step: before('disk unlink'), victim: 'over', long: true },
	{ scene: 'an hour is over', step: after('disk unlink'), victim: 'over' },
	{ scene: 'a day is over', step: before('alter table'), victim: 'over', long: true },
	{ scene: 'a day is over', step: after('alter table'), victim: 'over', long: true },
	{ scene: 'a day is over', step: before('drop table'), victim: 'over' }
];

/** A start in main.ts's order, as far as the keyring goes. */
async function start(place: Place) {
	const life = await openPorts(place);
	lives.push(life);
	const { db, keyring } = life.ports;
	const epochHour = Math.floor((await databaseSeconds(db)) / hourSeconds);
	await bindToDatabase({ db, keyring, folder: place.keyringDir, epochHour, endRooms: false, randomBytes });
	return { ...life, epochHour };
}

/** And what comes between the keyring and the first request. */
async function startJob({ ports }: Life) {
	const faults: string[] = [];
	const log = createLog((line) => void (line.includes('"error"') && faults.push(line)), ports.now);
	const job = createJob({ log, metrics: ports.metrics }, createTasks(ports));
	await job.turn('expiry');
	await job.turn('slots');
	return { job, faults };
}

function enter(ports: RoomPorts, room: NewRoom): Promise<string> {
	const socket = openSocket(ports);
	return joinRoom(ports, socket, proveAccess(room, socket)).then(() => 'inside', messageOf);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : 'not an error';
}

async function enterBoth({ ports }: Life, { keeper, victim }: World) {
	return { keeper: await enter(ports, keeper), victim: await enter(ports, victim) };
}

function peekAt({ ports }: Life, { request }: NewRoom): Promise<string> {
	return peek(ports, { roomId: request.roomId, prefix: 'here' }).then(() => 'there', messageOf);
}

/** Turns of the job; the database notices within moments that the killed process is gone, and lets go of what it held. */
async function workOff(job: Job): Promise<unknown> {
	for (const task of ['expiry', 'remains', 'partitions', 'hours'] as const) await job.turn(task);
	const [counts] = await database.db.sql`
		select (select count(*)::int from rooms) as rooms, (select count(*)::int from envelopes) as envelopes,
			(select count(*)::int from remains) as remains,
			(select count(*)::int from pg_class where relname ~ '^envelopes_[0-9]+$' and substring(relname from 11)::int <
				floor(extract(epoch from now()) / ${daySeconds})) as days`;
	return counts;
}

async function slotsIn({ ports: { keyring } }: Life): Promise<number> {
	let count = 0;
	for await (const slots of keyring.live() ?? []) count += slots.length;
	return count;
}

async function holdsAny(keys: readonly Uint8Array[]): Promise<boolean> {
	const names = (await readdir(keyringDir)).filter((name) => name.includes('.ek'));
	const files = await Promise.all(names.map((name) => readFile(path.join(keyringDir, name))));
	return files.some((file) => keys.some((key) => file.includes(key)));
}

/** One database for all, since making one takes longer than a case. */
let database: TestDatabase;
let keyringDir: string;
const lives: Life[] = [];
beforeAll(async () => {
	database = await testDatabase();
	keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-killed-'));
});
afterEach(async () => {
	for (const life of lives.splice(0)) await life.stop();
	await database.db.sql`delete from envelopes`;
	await database.db.sql`with gone as (delete from remains) delete from rooms`;
	for (const name of await readdir(keyringDir)) if (name.includes('.ek')) await rm(path.join(keyringDir, name));
});
afterAll(async () => {
	await database.stop();
	await rm(keyringDir, { recursive: true });
});

async function prepare(world: World, { scene, alone = false }: Case): Promise<Prepared> {
	const life = await start(world);
	if (!alone) await createRoom(life.ports, copyOf(world.keeper));
	if (!alone) await writeEnvelopes(life.ports, world.keeper, 2);
	const prepared = await scenes[scene](life.ports, world);
	await life.stop();
	return prepared;
}

const isLong = process.env.LONG !== undefined;

test.for(cases.filter(({ long }) => isLong || long !== true))(
	'killed $step.moment $step.name ($step.nth) while $scene',
	async (each) => {
		const place = { databaseUrl: database.url, keyringDir };
		const world = { ...place, keeper: draftRoom(), victim: draftRoom() };
		const { work, keys } = await prepare(world, each);
		await crash({ ...place, work, step: each.step });

		const life = await start(place);
		await life.ports.keyring.sweep(life.epochHour);
		if (work.kind === 'hour') expect(await holdsAny(keys)).toBe(false);
		const isThere = each.victim === 'there';
		const whoGetsIn = { keeper: each.alone === true ? 'ROOM_GONE' : 'inside', victim: isThere ? 'inside' : 'ROOM_GONE' };
		expect(await enterBoth(life, world)).toEqual(whoGetsIn);
		const { job, faults } = await startJob(life);
		expect(await enterBoth(life, world)).toEqual(whoGetsIn);
		expect(await peekAt(life, world.victim)).toBe(isThere ? 'there' : 'ROOM_GONE');
		const rooms = (each.alone === true ? 0 : 1) + (isThere ? 1 : 0);
		const envelopes = (each.alone === true ? 0 : 2) + (isThere && work.kind !== 'create' ? 3 : 0);
		await expect.poll(() => workOff(job)).toEqual({ rooms, envelopes, remains: 0, days: 0 });
		expect(await holdsAny(keys)).toBe(isThere && keys.length > 0);

		await job.turn('slots');
		life.advance(tenMinutes);
		await job.turn('slots');
		expect(await slotsIn(life)).toBe(rooms);
		// A room that never came to be has not cost its token.
		const token = work.kind === 'create' ? world.victim.request.token : testToken();
		await createRoom(life.ports, { ...copyOf(world.victim), token });
		expect(await enterBoth(life, world)).toEqual({ ...whoGetsIn, victim: 'inside' });
		expect(faults).toEqual([]);
		await life.stop();
	}
);
