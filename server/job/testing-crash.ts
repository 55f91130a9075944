/**
 * For tests: a process of its own that does one thing of the order of operations (docs/PROTOCOL.md §6.2) and dies at a given step
 * of it, as by `kill -9`. Its disk and its database are the real ones; what stands before them only watches for the step.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { toHex } from '#protocol/bytes';
import { defaultLimits } from '#protocol/limits';
import { defaultPlans } from '#protocol/plans';
import { testTokenKeys } from '../tokens/testing.ts';
import { createAccess } from '../access/access.ts';
import type { Connection } from '../context.ts';
import type { Database, Sql, Statements } from '../db/client.ts';
import { openDatabase } from '../db/client.ts';
import { keepDays } from '../db/partitions.ts';
import { createNumbers } from '../envelopes/numbers.ts';
import { createRings } from '../envelopes/rings.ts';
import { createMemoryBus } from '../fanout/memory-bus.ts';
import type { Disk, OpenFile } from '../keyring/disk.ts';
import { systemDisk } from '../keyring/disk.ts';
import { openKeyring } from '../keyring/file-keyring.ts';
import { refOf } from '../keyring/ref.ts';
import { createMetrics } from '../metrics.ts';
import type { CreateRequest } from '../rooms/create.ts';
import { createRoom } from '../rooms/create.ts';
import { endExpiredRooms, purgeRoom } from '../rooms/end.ts';
import type { RoomPorts } from '../rooms/ports.ts';
import { openModes } from '../rooms/room.ts';
import type { TaskPorts } from './task.ts';
import { findRoom } from '../rooms/rows.ts';
import { sweepHours } from './hours.ts';
import { deleteRemains } from './remains.ts';

/** `name` begins with what is done: `disk write`, `disk datasync`, `disk rename`, `disk unlink`, `dismissal`, `transaction`, or a statement's first words. */
export type Step = {
	readonly moment: 'before' | 'after';
	readonly name: string;
	/** Which of those that begin so; the first when absent. */
	readonly nth?: number;
};

export type Work =
	| { readonly kind: 'create'; readonly request: CreateRequest }
	| { readonly kind: 'purge'; readonly roomId: Uint8Array }
	| { readonly kind: 'day'; readonly today: number }
	| { readonly kind: 'end' | 'remains' | 'hour' };

export type Place = { readonly databaseUrl: string; readonly keyringDir: string };
type Order = Place & { readonly work: Work; readonly step: Step };

/** Does the thing, and words for the step before and after it. */
type At = <Result>(name: string, work: () => PromiseLike<Result>) => Promise<Result>;

const origin = 'https://rooms.example';

/** Rejects when the process came to its end without having met the step. */
export async function crash(order: Order): Promise<void> {
	const child = fork(fileURLToPath(import.meta.url), {
		serialization: 'advanced',
		stdio: ['ignore', 'inherit', 'inherit', 'ipc']
	});
	const gone = once(child, 'exit');
	child.send(order);
	const [code, signal] = await gone;
	if (signal !== 'SIGKILL') throw new Error(`test: the process ended with ${code} and never met ${order.step.name}`);
}

/** A process's ports over this place. `at` is told of every step. */
export async function openPorts({ databaseUrl, keyringDir }: Place, at: At = (_, work) => Promise.resolve(work())) {
	const database = openDatabase(databaseUrl, { max: 4 });
	const db: Database = { ...database, sql: watchSql(database.sql, at) };
	const keyring = await openKeyring(keyringDir, { disk: watchDisk(at) });
	let ahead = 0;
	const now = () => Date.now() + ahead;
	const limits = { ...defaultLimits, createPerMinute: 1000, peekPerMinute: 1000, workPerMinute: 1000 };
	const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: limits.socketsPerPlace, now, randomBytes });
	const bus = createMemoryBus();
	const parts = {
		access,
		bus,
		rings: createRings({ bus, now }),
		numbers: createNumbers({ db, bus, now }),
		metrics: createMetrics(),
		plans: defaultPlans,
		modes: openModes,
		plansOn: true,
		tokenKeys: testTokenKeys
	};
	const ports: TaskPorts = { db, keyring, ...parts, limits, origin, now, randomBytes };
	return {
		ports,
		/** Moves the process's clock. */
		advance: (ms: number) => void (ahead += ms),
		async stop() {
			await database.close();
			await keyring.close();
		}
	};
}

function watchDisk(at: At): Disk {
	const watch = (file: OpenFile): OpenFile => ({
		...file,
		write: (bytes, where) => at('disk write', () => file.write(bytes, where)),
		datasync: () => at('disk datasync', () => file.datasync())
	});
	return {
		...systemDisk,
		async open(file, mode) {
			const open = await systemDisk.open(file, mode);
			return open === null ? null : watch(open);
		},
		make: async (file) => watch(await systemDisk.make(file)),
		rename: (from, to) => at('disk rename', () => systemDisk.rename(from, to)),
		unlink: (file) => at('disk unlink', () => systemDisk.unlink(file))
	};
}

/** Only what looks like a statement is watched: the others are names and parts of one. */
function watchSql(sql: Sql, at: At): Sql {
	return new Proxy(sql, {
		apply: (target, _self, values: unknown[]) => watchStatement(Reflect.apply(target, undefined, values), values[0], at),
		get(target, name) {
			if (name === 'begin') {
				return (work: (tx: Statements) => unknown) =>
					at('transaction', () => target.begin((tx) => work(watchStatements(tx, at))));
			}
			if (name === 'reserve') return async () => watchStatements(await target.reserve(), at);
			return Reflect.get(target, name);
		}
	});
}

function watchStatements<Kind extends Statements>(statements: Kind, at: At): Kind {
	return new Proxy(statements, {
		apply: (target, _self, values: unknown[]) => watchStatement(Reflect.apply(target, undefined, values), values[0], at)
	});
}

function watchStatement(query: unknown, parts: unknown, at: At): unknown {
	const text = Array.isArray(parts) && 'raw' in parts ? parts.join('?').trim().replace(/\s+/g, ' ') : '';
	if (!/^(?:insert|with|drop|alter|delete) /.test(text)) return query;
	return at(text, () => Promise.resolve(query));
}

function dieAt(step: Step): At {
	let met = 0;
	const dieIf = async (moment: Step['moment'], nth: number) => {
		if (moment !== step.moment || nth !== (step.nth ?? 1)) return;
		process.kill(process.pid, 'SIGKILL');
		await new Promise(() => undefined);
	};
	return async (name, work) => {
		if (!name.startsWith(step.name)) return work();
		const nth = ++met;
		await dieIf('before', nth);
		const result = await work();
		await dieIf('after', nth);
		return result;
	};
}

async function carryOut({ work, step, ...place }: Order): Promise<void> {
	const at = dieAt(step);
	const { ports } = await openPorts(place, at);
	const { sessions } = ports.access;
	const dismiss: typeof sessions.endRoom = (room) => void at('dismissal', async () => sessions.endRoom(room));
	const access = {
		...ports.access,
		sessions: new Proxy(sessions, { get: (target, name) => (name === 'endRoom' ? dismiss : bound(target, name)) })
	};
	await perform({ ...ports, access }, work);
}

function bound(target: object, name: string | symbol): unknown {
	const member: unknown = Reflect.get(target, name);
	return typeof member === 'function' ? member.bind(target) : member;
}

async function perform(ports: RoomPorts, work: Work): Promise<unknown> {
	switch (work.kind) {
		case 'create':
			return createRoom(ports, work.request);
		case 'purge':
			return purgeRoom(ports, await enter(ports, work.roomId));
		case 'day':
			return keepDays(ports.db, work.today);
		case 'end':
			return endExpiredRooms(ports);
		case 'remains':
			return deleteRemains(ports.db);
		case 'hour':
			return sweepHours(ports);
	}
}

/** A socket with a session in the room, without the proof that a person would bring. */
async function enter(ports: RoomPorts, roomId: Uint8Array): Promise<Connection> {
	const ref = refOf(ports.keyring, roomId);
	const row = await findRoom(ports.db, ref);
	if (row === null) throw new Error('test: the room is not there');
	const { id, day, people, epoch, slot, expiresAt } = row;
	const room = {
		id,
		mode: 'stored' as const,
		endsEmpty: false,
		day,
		people,
		epoch,
		slot,
		expiresAt,
		ref: toHex(ref),
		createdAt: 0
	};
	const { session } = ports.access.sessions.join({ room, watch: false, replaces: null, close: () => undefined });
	return { takeChallenge: () => null, session, closed: false, close: () => undefined };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	process.once('message', (order: Order) => void carryOut(order).then(() => process.exit(0)));
}
