/** Both systems on one machine: one Postgres with a database for each, two servers, and the wires to them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { limitVariable } from '../server/config.ts';
import { startEmbedded } from '../server/db/embedded.ts';
import type { Embedded } from '../server/db/embedded.ts';
import { createBareWire } from './bare-wire.ts';
import { createOurWire } from './our-wire.ts';
import type { ServerRequest } from './server-process.ts';
import { startServer } from './server-process.ts';
import type { System, SystemName } from './system.ts';
import { createSystem } from './system.ts';

export type Stage = {
	/** Both systems with new servers and new databases, which `stop` ends. */
	start(): Promise<Readonly<Record<SystemName, System>> & { stop(): Promise<void> }>;
	end(): Promise<void>;
};

/** What a person never reaches and a load generator at one address does: docs/PROTOCOL.md §17. */
export const raisedLimits: Readonly<Record<string, string>> = Object.fromEntries([
	...['createPerMinute', 'workPerMinute', 'peekPerMinute', 'historyPerMinute'].map((name) => [limitVariable(name), '1000000000']),
	...['contentPerSession', 'contentPerRoom', 'controlPerSession'].flatMap((name) =>
		['perSecond', 'burst'].map((part) => [limitVariable(name, part), '1000000000'])
	),
	[limitVariable('socketsPerPrefix'), '1000000']
]);

/** Connections to Postgres that each server may open. */
export const databaseConnections = 8;

export async function openStage(options: { readonly profileDir?: string }): Promise<Stage> {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-bench-'));
	chmodSync(folder, 0o711); // As root, Postgres runs as another user, who must get in.
	const embedded = await startEmbedded({ dataDir: path.join(folder, 'postgres') });
	let generation = 0;
	return {
		async start() {
			generation++;
			const start = (name: SystemName) => startSystem(name, embedded, path.join(folder, `${name}-${generation}`), options);
			const [ours, baseline] = [await start('ours'), await start('baseline')];
			const stop = async () => void (await Promise.all([ours.server.stop(), baseline.server.stop()]));
			return { ours, baseline, stop };
		},
		async end() {
			await embedded.stop();
			for (const left of [path.dirname(path.dirname(embedded.cluster)), folder]) rmSync(left, { recursive: true, force: true });
		}
	};
}

async function startSystem(
	name: SystemName,
	embedded: Embedded,
	dataDir: string,
	{ profileDir }: { readonly profileDir?: string }
): Promise<System> {
	const databaseUrl = await createDatabase(embedded.url, path.basename(dataDir).replace('-', '_'));
	const common = (port: number) => ({
		PORT: String(port),
		HOST: '127.0.0.1',
		ORIGIN: originOf(port),
		DATA_DIR: dataDir,
		DATABASE_URL: databaseUrl,
		DATABASE_CONNECTIONS: String(databaseConnections)
	});
	const script = name === 'ours' ? 'server/main.ts' : 'bench/baseline.ts';
	const request: ServerRequest = {
		script,
		environment: (port) => ({ ...common(port), ...raisedLimits }),
		...(profileDir ? { profileDir } : {})
	};
	const server = await startServer(request);
	const wire = name === 'ours' ? createOurWire(originOf(server.port)) : createBareWire(originOf(server.port));
	return createSystem({ name, server, wire, databaseUrl, cluster: embedded.cluster });
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
