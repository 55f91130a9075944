/** `npm start`, as somebody types it, until the first page is answered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../server/db/processes.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const lookMs = 10;

async function isAnswered(port: number): Promise<boolean> {
	try {
		return (await fetch(`http://localhost:${port}/`)).ok;
	} catch {
		// Nobody listens there yet.
		return false;
	}
}

/** Ends it as Ctrl-C does. In ms. */
async function timeOneStart(dataDir: string): Promise<number> {
	const port = await freePort();
	const began = performance.now();
	const env = { ...process.env, PORT: String(port), DATA_DIR: dataDir };
	const child = spawn('npm', ['start'], { cwd: root, detached: true, stdio: 'ignore', env });
	const ended = once(child, 'exit');
	const failed = ended.then(() => Promise.reject(new Error('npm start: it ended before it answered')));
	const answered = async () => {
		while (!(await isAnswered(port))) await pause(lookMs);
		return performance.now() - began;
	};
	try {
		return await Promise.race([answered(), failed]);
	} finally {
		failed.catch(() => undefined);
		if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
		await ended;
	}
}

/** Where a database lies already, as from the second start on; in ms. */
export async function timeSecondStarts(rounds: number): Promise<readonly number[]> {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'sotto-start-'));
	// As root, Postgres runs as another user, who must get in.
	chmodSync(dataDir, 0o711);
	try {
		await timeOneStart(dataDir);
		const times: number[] = [];
		for (let round = 0; round < rounds; round++) times.push(await timeOneStart(dataDir));
		return times;
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}
