/**
 * The embedded database: real Postgres from npm, as a process of its own. Whoever starts second joins the one that runs; the
 * last to leave stops it; what `kill -9` left behind is taken over or recovered by the next start.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
	chmodSync,
	chownSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	readdirSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import type { Binaries } from './binaries.ts';
import { freePort, isAlive, isListening, isSame, nameOf, withLock } from './processes.ts';
import { serverSettings } from './settings.ts';

export type Embedded = {
	readonly url: string;
	/** Where the cluster lies: the data directory of Postgres. */
	readonly cluster: string;
	/** Its log: start and stop, nothing of what is stored. */
	readonly log: string;
	stop(): Promise<void>;
};

const startAttempts = 20;
/** Longer than a first start on a slow machine takes. */
const lockWaitMs = 30_000;

export async function startEmbedded(options: { readonly dataDir: string }): Promise<Embedded> {
	const binaries = findBinaries(path.resolve(options.dataDir));
	const { home, ids } = binaries;
	const cluster = path.join(home, 'cluster');
	const users = path.join(home, 'users');
	mkdirSync(cluster, { recursive: true });
	mkdirSync(users, { recursive: true });
	if (ids.uid !== undefined && ids.gid !== undefined) chownSync(cluster, ids.uid, ids.gid);
	chmodSync(cluster, 0o700);
	const mine = path.join(users, String(process.pid));
	const lock = { file: path.join(home, 'start.sqlite'), waitMs: lockWaitMs };
	const { port, password } = await withLock(lock, async () => {
		const password = passwordOf(home);
		const up = await running(cluster);
		const port = up?.port ?? (await startCluster(binaries, cluster, password));
		writeFileSync(mine, nameOf(process.pid));
		return { port, password };
	});
	return {
		url: `postgres://sotto:${password}@127.0.0.1:${port}/postgres`,
		cluster,
		log: path.join(home, 'postgres.log'),
		stop: () => withLock(lock, () => leave(cluster, users, mine))
	};
}

function passwordOf(home: string): string {
	const file = path.join(home, 'password');
	if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
	return readFileSync(file, 'utf8').trim();
}

async function startCluster(binaries: Binaries, cluster: string, password: string): Promise<number> {
	if (!existsSync(path.join(cluster, 'PG_VERSION'))) makeCluster(binaries, cluster, password);
	for (let attempt = 1; ; attempt++) {
		const port = await freePort();
		if (await startPostgres(binaries, cluster, port)) return port;
		if (attempt === startAttempts) throw new Error(`embedded database: it did not start:\n${lastWords(binaries.home)}`);
		// After a kill the old children hold the shared memory for about a second.
		await pause(500);
	}
}

function makeCluster(binaries: Binaries, cluster: string, password: string): void {
	for (const left of readdirSync(cluster)) rmSync(path.join(cluster, left), { recursive: true, force: true });
	const file = path.join(binaries.home, 'initdb.password');
	writeFileSync(file, password, { mode: 0o600 });
	if (binaries.ids.uid !== undefined && binaries.ids.gid !== undefined) chownSync(file, binaries.ids.uid, binaries.ids.gid);
	const made = spawnSync(
		binaries.program('initdb'),
		[
			'-D',
			cluster,
			'-U',
			'sotto',
			'--auth=scram-sha-256',
			`--pwfile=${file}`,
			'-E',
			'UTF8',
			'--locale=C',
			'--data-checksums',
			'--no-instructions'
		],
		{ ...binaries.ids, encoding: 'utf8' }
	);
	rmSync(file, { force: true });
	if (made.status === 0) return;
	rmSync(path.join(cluster, 'PG_VERSION'), { force: true });
	throw new Error(`embedded database: initdb failed: ${made.error?.message ?? made.stderr}`);
}

/** Resolves to whether it accepts connections; `false` when the process ended first. */
async function startPostgres(binaries: Binaries, cluster: string, port: number): Promise<boolean> {
	const place = ['-D', cluster, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
	const settings = Object.entries(serverSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const log = openSync(path.join(binaries.home, 'postgres.log'), 'w', 0o600);
	// A process group of its own: Ctrl-C in the terminal is for the server, which then stops the database in order.
	const child = spawn(binaries.program('postgres'), [...place, ...settings], {
		...binaries.ids,
		detached: true,
		stdio: ['ignore', log, log]
	});
	closeSync(log);
	let ended = false;
	child.once('error', () => (ended = true));
	child.once('exit', () => (ended = true));
	while (!ended) {
		if ((await running(cluster))?.pid === child.pid) break;
		await pause(20);
	}
	child.unref();
	return !ended;
}

function lastWords(home: string): string {
	return readFileSync(path.join(home, 'postgres.log'), 'utf8').slice(-2000);
}

/** The postmaster of this cluster, if it really answers: its pid file alone proves nothing after a kill. */
async function running(cluster: string): Promise<{ readonly pid: number; readonly port: number } | null> {
	const file = path.join(cluster, 'postmaster.pid');
	if (!existsSync(file)) return null;
	const lines = readFileSync(file, 'utf8').split('\n');
	const pid = Number(lines[0]);
	const port = Number(lines[3]);
	if (!isAlive(pid)) {
		rmSync(file, { force: true });
		return null;
	}
	return lines[7]?.trim() === 'ready' && (await isListening(port)) ? { pid, port } : null;
}

async function leave(cluster: string, users: string, mine: string): Promise<void> {
	rmSync(mine, { force: true });
	for (const other of readdirSync(users)) {
		const file = path.join(users, other);
		if (isSame(Number(other), readFileSync(file, 'utf8'))) return;
		rmSync(file, { force: true });
	}
	const up = await running(cluster);
	if (up === null) return;
	process.kill(up.pid, 'SIGINT');
	while (isAlive(up.pid)) await pause(20);
}
