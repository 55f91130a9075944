/** `createRoom` as the server calls it, one after the other, with the keyring's flushes to the disk and without them, in turns. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { defaultLimits } from '#protocol/limits';
import { defaultPlans } from '#protocol/plans';
import { createAccess } from '../../server/access/access.ts';
import { openDatabase } from '../../server/db/client.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createNumbers } from '../../server/envelopes/numbers.ts';
import { createMemoryBus } from '../../server/fanout/memory-bus.ts';
import type { Disk, OpenFile } from '../../server/keyring/disk.ts';
import { systemDisk } from '../../server/keyring/disk.ts';
import { openKeyring } from '../../server/keyring/file-keyring.ts';
import type { Keyring } from '../../server/keyring/keyring.ts';
import { createMetrics } from '../../server/metrics.ts';
import { createRoom } from '../../server/rooms/create.ts';
import { createTokenKeys } from '../../server/tokens/keys.ts';
import { openModes } from '../../server/rooms/room.ts';
import type { RoomPorts } from '../../server/rooms/ports.ts';
import { makeRoom } from '../room.ts';
import type { Place } from '../stage.ts';
import { raisedTo } from '../stage.ts';
import { percentile } from '../statistics.ts';

export type Latency = { readonly p50Ms: number; readonly p99Ms: number };
export type Creating = { readonly synced: Latency; readonly unsynced: Latency };

const storedWithPassword = 0x12;
const warmRooms = 50;

/** `rooms`: of each kind. */
export async function runCreating({ databaseUrl, dataDir }: Place, rooms: number): Promise<Creating> {
	const db = openDatabase(databaseUrl, { max: 8 });
	const keyrings = {
		synced: await openKeyring(path.join(dataDir, 'synced')),
		unsynced: await openKeyring(path.join(dataDir, 'unsynced'), { disk: withoutSync(systemDisk) })
	};
	try {
		await migrate(db);
		const synced = creator(db, keyrings.synced);
		const unsynced = creator(db, keyrings.unsynced);
		for (let made = 0; made < warmRooms; made++) {
			await synced();
			await unsynced();
		}
		const times: { synced: number[]; unsynced: number[] } = { synced: [], unsynced: [] };
		for (let made = 0; made < rooms; made++) {
			times.synced.push(await synced());
			times.unsynced.push(await unsynced());
		}
		return { synced: latencyOf(times.synced), unsynced: latencyOf(times.unsynced) };
	} finally {
		await Promise.all([keyrings.synced.close(), keyrings.unsynced.close()]);
		await db.close();
	}
}

/** Makes one room; resolves to the milliseconds that it took. */
function creator(db: RoomPorts['db'], keyring: Keyring): () => Promise<number> {
	const now = Date.now;
	const bus = createMemoryBus();
	const ports: RoomPorts = {
		db,
		keyring,
		access: createAccess({ workKey: keyring.workKey, socketsPerPlace: defaultLimits.socketsPerPlace, now, randomBytes }),
		bus,
		numbers: createNumbers({ db, bus, now }),
		limits: { ...defaultLimits, createPerMinute: Number(raisedTo) },
		plans: defaultPlans,
		modes: openModes,
		plansOn: false,
		tokenKeys: createTokenKeys(keyring.tokenSeed),
		origin: 'http://localhost',
		metrics: createMetrics(),
		now,
		randomBytes
	};
	const wish = { byte0: storedWithPassword, lifetime: null, emptyPolicy: null, people: null, token: null, prefix: 'bench' };
	return async () => {
		const { id, accessPub, shard, shardTag, card } = makeRoom();
		const begun = performance.now();
		await createRoom(ports, { ...wish, roomId: id, accessPub, shard, shardTag, card });
		return performance.now() - begun;
	};
}

function withoutSync(disk: Disk): Disk {
	const dull = (file: OpenFile): OpenFile => ({ ...file, datasync: () => Promise.resolve() });
	return {
		...disk,
		async open(file, mode) {
			const open = await disk.open(file, mode);
			return open === null ? null : dull(open);
		},
		make: async (file) => dull(await disk.make(file)),
		syncFolder: () => Promise.resolve()
	};
}

function latencyOf(ms: readonly number[]): Latency {
	return { p50Ms: percentile(ms, 0.5), p99Ms: percentile(ms, 0.99) };
}
