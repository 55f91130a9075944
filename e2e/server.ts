/** The server as an operator runs it: its own process, its own data, killed and started again at will. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../server/db/processes.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const clock = new URL('clock.ts', import.meta.url).href;

export type Server = {
	readonly origin: string;
	/** Database, keyring and logs; gone after `remove`. */
	readonly dataDir: string;
	/** Of its process, which has to run. */
	pid(): number;
	/** Everything that it printed, all its lives together. */
	output(): string;
	/** Its process's clock goes ahead from now until its end; the database's does not. */
	later(ms: number): Promise<void>;
	start(): Promise<void>;
	/** As `kill -9` does: no word, no cleaning up. */
	kill(): Promise<void>;
	stop(): Promise<void>;
	remove(): Promise<void>;
};

export async function createTestServer(environment: Readonly<Record<string, string>> = {}): Promise<Server> {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'sotto-e2e-'));
	chmodSync(dataDir, 0o711); // As root, Postgres runs as another user, who must get in.
	const port = await freePort();
	const origin = `http://localhost:${port}`;
	const logFile = path.join(dataDir, 'server.log');
	// Everybody in a journey is here for the first time, and works for their first room: what that takes is measured elsewhere.
	const little = { LIMIT_WORK_BITS: '1', LIMIT_WORK_PER_MINUTE: '1000' };
	const env = { ...process.env, PORT: String(port), ORIGIN: origin, DATA_DIR: dataDir, ...little, ...environment };
	writeFileSync(logFile, '');
	let child: ChildProcess | undefined;

	const start = async () => {
		const started = spawn(path.join(root, 'node_modules/.bin/node'), ['--import', clock, 'server/main.ts'], {
			cwd: root,
			env,
			stdio: ['ignore', 'pipe', 'pipe', 'ipc']
		});
		child = started;
		await listening(started, logFile);
	};
	const end = async (signal: NodeJS.Signals) => {
		const ending = child;
		child = undefined;
		if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
		const gone = once(ending, 'exit');
		ending.kill(signal);
		await gone;
	};
	return {
		origin,
		dataDir,
		pid: () => {
			if (child?.pid === undefined) throw new Error('server: it does not run');
			return child.pid;
		},
		output: () => readFileSync(logFile, 'utf8'),
		later: async (ms) => {
			if (child === undefined) throw new Error('server: it does not run');
			const heard = once(child, 'message');
			child.send(ms);
			await heard;
		},
		start,
		kill: () => end('SIGKILL'),
		stop: () => end('SIGTERM'),
		remove: async () => {
			if (child === undefined) await start(); // What a kill left of the database is only stopped in order by a server.
			await end('SIGTERM');
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}

/** A server that runs as long as `use` does. */
export async function withServer(
	environment: Readonly<Record<string, string>>,
	use: (server: Server) => Promise<void>
): Promise<void> {
	const server = await createTestServer(environment);
	await server.start();
	try {
		await use(server);
	} finally {
		await server.remove();
	}
}

/** Resolves with the line that names the address; rejects with what was printed when the process ends before. */
async function listening(child: ChildProcess, logFile: string): Promise<void> {
	if (child.stdout === null || child.stderr === null) throw new Error('server: expected pipes');
	let printed = '';
	await new Promise<void>((resolve, reject) => {
		const keep = (line: string) => {
			printed += `${line}\n`;
			appendFileSync(logFile, `${line}\n`);
			if (line.includes('http://localhost:')) resolve();
		};
		for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', keep);
		child.once('exit', () => reject(new Error(`server: it ended before it listened:\n${printed}`)));
	});
}
