/** Small questions to the operating system, for the embedded database. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

/** Of SQLite: SQLITE_BUSY. */
const sqliteBusy = 5;
/** Of proc_pid_stat(5): field 22, counted from the third. */
const startTimeField = 19;

/** Below those that systems give to outgoing connections (Linux from 32,768 on): one of these may come between question and use. */
const [firstPort, endOfPorts] = [20_000, 32_768];
const maxTries = 100;

export function isAlive(pid: number): boolean {
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
	}
	return !isZombie(pid);
}

/** In a container whose first process doesn't reap, a killed process still answers to signal 0. */
function isZombie(pid: number): boolean {
	if (process.platform !== 'linux') return false;
	return (statOf(pid) ?? 'Z').startsWith('Z'); // None: it ended between the two questions.
}

/** What tells a live process from another one that has its id after a kill or a restart: on Linux the time of its start, elsewhere ''. */
export function nameOf(pid: number): string {
	return statOf(pid)?.split(' ')[startTimeField] ?? '';
}

/** Whether `pid` still is the process that `name` was taken from. */
export function isSame(pid: number, name: string): boolean {
	return isAlive(pid) && nameOf(pid) === name;
}

/** Fields 3 and following of proc_pid_stat(5): what stands before them may hold spaces and brackets. `null` elsewhere than on Linux. */
function statOf(pid: number): string | null {
	try {
		return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
	} catch {
		return null;
	}
}

export function isListening(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => {
			socket.destroy();
			resolve(true);
		}).once('error', () => resolve(false));
	});
}

/** On 127.0.0.1. Nobody keeps it for the caller. */
export async function freePort(): Promise<number> {
	for (let tries = 0; tries < maxTries; tries++) {
		const port = randomInt(firstPort, endOfPorts);
		if (await isFree(port)) return port;
	}
	throw new Error(`no free port between ${firstPort} and ${endOfPorts}`);
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve, reject) => {
		const probe = createServer().once('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
			else reject(error);
		});
		probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
	});
}

/** `waitMs`: how long another holder is waited for. */
export type Lock = { readonly file: string; readonly waitMs: number };

/** Runs `task` while nobody else, in this process or another, holds `file`. Throws when that takes too long. */
export async function withLock<T>({ file, waitMs }: Lock, task: () => Promise<T>): Promise<T> {
	const until = performance.now() + waitMs;
	let held = tryLock(file);
	while (held === null) {
		if (performance.now() >= until) throw new Error(`embedded database: another process holds ${file}. Stop it first.`);
		await pause(50);
		held = tryLock(file);
	}
	try {
		return await task();
	} finally {
		held.release();
	}
}

/**
 * `null` while somebody else, in this process or another, holds `file`. Node has no flock; SQLite takes the system's lock on the
 * file, which goes with its process however that ends, so none is ever left behind.
 */
export function tryLock(file: string): { release(): void } | null {
	const lock = new DatabaseSync(file, { timeout: 0 });
	try {
		lock.exec('begin exclusive');
		return { release: () => lock.close() };
	} catch (error) {
		lock.close();
		if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return null;
		throw error;
	}
}
