/** Both systems on one machine: one Postgres with a database for each, two servers, and the wires to them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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
import type { Wire } from './wire.ts';

/** A database of its own, and a folder that isn't there yet. */
export type Place = { readonly databaseUrl: string; readonly dataDir: string };

/** Our system alone, for what the baseline doesn't do. */
export type Ours = Place & { readonly system: System; readonly wire: OurWire; stop(): Promise<void> };

export type Stage = {
	/** Both systems with new servers and new databases; `stop` ends these two servers. */
	start(): Promise<Readonly<Record<SystemName, System>> & { stop(): Promise<void> }>;
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

/** Connections to Postgres that each server may open. */
export const databaseConnections = 8;

export async function openStage(options: Profiling): Promise<Stage> {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-bench-'));
	chmodSync(folder, 0o711); // As root, Postgres runs as another user, who must get in.
	const embedded = await startEmbedded({ dataDir: path.join(folder, 'postgres') });
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
	const start = async <W extends Wire>(name: SystemName, wireOf: (origin: string) => W) => {
		const place = await makePlace(name);
		const server = await startServer(requestFor(name, place, options));
		running.add(server);
		const wire = wireOf(originOf(server.port));
		const system = createSystem({ name, server, wire, databaseUrl: place.databaseUrl, cluster: embedded.cluster });
		return { ...place, system, wire, stop: () => stop(server) };
	};
	const startOurs = () => start('ours', createOurWire);
	return {
		async start() {
			const [ours, baseline] = await Promise.all([startOurs(), start('baseline', createBareWire)]);
			const stopBoth = async () => void (await Promise.all([ours.stop(), baseline.stop()]));
			return { ours: ours.system, baseline: baseline.system, stop: stopBoth };
		},
		startOurs,
		makePlace,
		async end() {
			await Promise.all([...running].map(stop));
			await embedded.stop();
			for (const left of [path.dirname(path.dirname(embedded.cluster)), folder]) rmSync(left, { recursive: true, force: true });
		}
	};
}

type Profiling = { readonly profileDir?: string };

function requestFor(name: SystemName, { databaseUrl, dataDir }: Place, profiling: Profiling): ServerRequest {
	const script = name === 'ours' ? 'server/main.ts' : 'bench/baseline.ts';
	const environment = (port: number) => ({
		PORT: String(port),
		HOST: '127.0.0.1',
		ORIGIN: originOf(port),
		DATA_DIR: dataDir,
		DATABASE_URL: databaseUrl,
		DATABASE_CONNECTIONS: String(databaseConnections),
		// What a token costs is measured by itself; everywhere else it would hide what is looked for.
		PLANS: 'off',
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
