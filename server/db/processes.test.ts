import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, isListening, isSame, nameOf, withLock } from './processes.ts';

const module = fileURLToPath(new URL('processes.ts', import.meta.url));
const waitMs = 30_000;
let folder = '';
const holders: ChildProcess[] = [];
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'sotto-processes-'));
});
afterEach(() => {
	for (const holder of holders.splice(0)) holder.kill('SIGKILL');
	rmSync(folder, { recursive: true, force: true });
});

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(file: string) {
	const program = `
		const { withLock } = await import(${JSON.stringify(module)});
		await withLock({ file: ${JSON.stringify(file)}, waitMs: 1000 }, () => new Promise((done) => {
			setTimeout(done, 600_000);
			process.send('held');
		}));`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
		stdio: ['ignore', 'ignore', 'ignore', 'ipc']
	});
	holders.push(child);
	await once(child, 'message');
	return child;
}

test('a lock is held by one task at a time, in this process too', async () => {
	const file = path.join(folder, 'lock');
	let inside = 0;
	const task = async () => {
		expect(++inside).toBe(1);
		await new Promise((resolve) => setImmediate(resolve));
		inside--;
	};
	await Promise.all([1, 2, 3, 4].map(() => withLock({ file, waitMs }, task)));
	expect(inside).toBe(0);
});

test('a lock that another process keeps is waited for no longer than was said, and its file is named', async () => {
	const file = path.join(folder, 'lock');
	await holdElsewhere(file);
	await expect(withLock({ file, waitMs: 100 }, () => Promise.resolve())).rejects.toThrow(`another process holds ${file}`);
});

test('a lock whose holder was killed is free, whoever has its process id now', async () => {
	const file = path.join(folder, 'lock');
	const holder = await holdElsewhere(file);
	const gone = once(holder, 'exit');
	holder.kill('SIGKILL');
	await gone;
	expect(await withLock({ file, waitMs: 0 }, () => Promise.resolve('in'))).toBe('in');
});

test('a task that fails gives the lock back', async () => {
	const file = path.join(folder, 'lock');
	await expect(withLock({ file, waitMs }, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
	expect(await withLock({ file, waitMs: 0 }, () => Promise.resolve('in'))).toBe('in');
});

test.runIf(process.platform === 'linux')('a process that has the id of an earlier one is not that one', () => {
	expect(isSame(process.pid, nameOf(process.pid))).toBe(true);
	expect(isSame(process.pid, '1')).toBe(false);
});

test('a port that is free can be listened on, and is none that a system gives to outgoing connections', async () => {
	const port = await freePort();
	expect(port).toBeGreaterThanOrEqual(20_000);
	expect(port).toBeLessThan(32_768);
	expect(await isListening(port)).toBe(false);
	const server = createServer().listen(port, '127.0.0.1');
	await once(server, 'listening');
	expect(await isListening(port)).toBe(true);
	server.close();
});
