/** Small questions to the operating system, for the embedded database. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
	} catch (error) {
		if (codeOf(error) !== 'EPERM') return false;
	}
	return !isZombie(pid);
}

/** In a container whose first process doesn't reap, a killed process still answers to signal 0. */
function isZombie(pid: number): boolean {
	if (process.platform !== 'linux') return false;
	try {
		return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return true; // It ended between the two questions.
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

export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer().once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() =>
				address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))
			);
		});
	});
}

/** Runs `task` while no other live process holds `file`; a holder that was killed is passed over. */
export async function withLock<T>(file: string, task: () => Promise<T>): Promise<T> {
	while (!take(file)) await pause(50);
	try {
		return await task();
	} finally {
		rmSync(file, { force: true });
	}
}

/** A hard link appears with its content or not at all, so a lock always names its holder. */
function take(file: string): boolean {
	const mine = `${file}.${process.pid}`;
	writeFileSync(mine, String(process.pid));
	try {
		linkSync(mine, file);
		return true;
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw error;
		if (!isAlive(holder(file))) rmSync(file, { force: true });
		return false;
	} finally {
		rmSync(mine, { force: true });
	}
}

function holder(file: string): number {
	try {
		return Number(readFileSync(file, 'utf8'));
	} catch {
		return process.pid; // Released between the two calls: the next try finds it free.
	}
}

function codeOf(error: unknown): unknown {
	return error instanceof Error ? Reflect.get(error, 'code') : undefined;
}
