/** Both systems on one machine: one Postgres with a database for each, two servers, and the wires to them. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { limitVariable } from '../server/config.ts';
import { startEmbedded } from '../server/db/embedded.ts';
import { createBareWire } from './bare-wire.ts';
import type { OurWire } from './our-wire.ts';
import { createOurWire } from './our-wire.ts';
import type { ServerProcess, ServerRequest } from './server-process.ts';
import { startServer } from './server-process.ts';
import type { System, SystemName } from './system.ts';
import { createSystem } from './system.ts';
import { createTokens } from './tokens.ts';
import type { Wire } from './wire.ts';

/** A database of its own, and a folder that isn't there yet. */
export type Place = { readonly databaseUrl: string; readonly dataDir: string };

/** Our system alone, for what the baseline doesn't do. */
export type Ours = Place & { readonly system: System; readonly wire: OurWire; stop(): Promise<void> };

export type Pair = Readonly<Record<SystemName, System>> & { stop(): Promise<void> };

export type Stage = {
	/** Both systems with new servers and new databases; `stop` ends these two servers. */
	start(): Promise<Pair>;
	/** Our server with plans on; beside it our server with plans off and its keys in memory, where the system has such a folder. `tokens`: how many are made ahead. */
	startPlans(tokens: number): Promise<Pair>;
	startOurs(): Promise<Ours>;
	makePlace(name: string): Promise<Place>;
	/** Ends everything that still runs, and leaves nothing behind. */
	end(): Promise<void>;
};

/** So high that nothing reaches it. */
export const raisedTo = '1000000000';

/** What a person never reaches and a load generator at one address does: docs/PROTOCOL.md §17. */
export const raisedLimits: Readonly<Record<string, string>> = Object.fromEntries(
	[
		...['createPerMinute', 'workPerMinute', 'peekPerMinute', 'historyPerMinute', 'socketsPerPrefix'].map((name) => [name]),
		...['contentPerSession', 'contentPerRoom', 'controlPerSession'].flatMap((name) => [
			[name, 'perSecond'],
			[name, 'burst']
		])
	].map((name) => [limitVariable(...name), raisedTo])
);

/** Where nothing is written to a disk: a flush costs nothing there. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : null;

/** Connections to Postgres that each server may open. */
export const databaseConnections = 8;

export async function openStage(options: Profiling): Promise<Stage> {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-bench-'));
	chmodSync(folder, 0o711); // As root, Postgres runs as another user, who must get in.
	const embedded = await startEmbedded({ dataDir: path.join(folder, 'postgres') });
	const left = [path.dirname(path.dirname(embedded.cluster)), folder];
	const running = new Set<ServerProcess>();
	let places = 0;
	const stop = async (server: ServerProcess) => {
		await server.stop();
		running.delete(server);
	};
	const makePlace = async (name: string): Promise<Place> => {
		const own = `${name}_${++places}`;
		return { databaseUrl: await createDatabase(embedded.url, own), dataDir: path.join(folder, own) };
	};
	const start = async <W extends Wire>(
		name: SystemName,
		wireOf: (origin: string, place: Place) => W,
		settings: Settings = {}
	) => {
		const place = await makePlace(name);
		const server = await startServer(requestFor(name, place, { ...options, settings: { PLANS: 'off', ...settings } }));
		running.add(server);
		const wire = wireOf(originOf(server.port), place);
		const system = createSystem({ name, server, wire, databaseUrl: place.databaseUrl, cluster: embedded.cluster });
		return { ...place, system, wire, stop: () => stop(server) };
	};
	const keysInMemory = (): Settings => {
		if (memoryFolder === null) return {};
		const keys = mkdtempSync(path.join(memoryFolder, 'sotto-bench-'));
		left.push(keys);
		return { KEYRING_DIR: keys };
	};
	const ourWire = (origin: string) => createOurWire(origin);
	const startOurs = () => start('ours', ourWire);
	return {
		start: async () => pairOf(await startOurs(), await start('baseline', createBareWire)),
		async startPlans(tokens) {
			const paid = (origin: string, { dataDir }: Place) =>
				createOurWire(origin, createTokens(path.join(dataDir, 'keyring', 'voprf.seed'), tokens));
			return pairOf(await start('ours', paid, { PLANS: 'on' }), await start('ours', ourWire, keysInMemory()));
		},
		startOurs,
		makePlace,
		async end() {
			await Promise.all([...running].map(stop));
			await embedded.stop();
			for (const each of left) rmSync(each, { recursive: true, force: true });
		}
	};
}

type Started = { readonly system: System; stop(): Promise<void> };

function pairOf(ours: Started, baseline: Started): Pair {
	const stop = async () => void (await Promise.all([ours.stop(), baseline.stop()]));
	return { ours: ours.system, baseline: baseline.system, stop };
}

type Profiling = { readonly profileDir?: string };
/** Of our server. Plans are off everywhere but where a token's cost is measured, which would hide what else is looked for. */
type Settings = { readonly PLANS?: 'on' | 'off'; readonly KEYRING_DIR?: string };

function requestFor(
	name: SystemName,
	{ databaseUrl, dataDir }: Place,
	{ settings, ...profiling }: Profiling & { readonly settings: Settings }
): ServerRequest {
	const script = name === 'ours' ? 'server/main.ts' : 'bench/baseline.ts';
	const environment = (port: number) => ({
		PORT: String(port),
		HOST: '127.0.0.1',
		ORIGIN: originOf(port),
		DATA_DIR: dataDir,
		DATABASE_URL: databaseUrl,
		DATABASE_CONNECTIONS: String(databaseConnections),
		...settings,
		...raisedLimits
	});
	return { script, environment, ...profiling };
}

function originOf(port: number): string {
	return `http://127.0.0.1:${port}`;
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
	const admin = postgres(serverUrl, { max: 1 });
	await admin`create database ${admin(name)}`;
	await admin.end();
	const url = new URL(serverUrl);
	url.pathname = `/${name}`;
	return url.href;
}
