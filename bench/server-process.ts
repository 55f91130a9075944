/** A server as a process of its own, with the probe in it. */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, isListening } from '../server/db/processes.ts';
import type { Usage } from './probe.ts';

export type ServerProcess = {
	readonly port: number;
	usage(): Promise<Usage>;
	/** Bytes after a full collection. */
	residentBytes(): Promise<number>;
	stop(): Promise<void>;
};

export type ServerRequest = {
	/** Below the project's folder. */
	readonly script: string;
	readonly environment: (port: number) => Readonly<Record<string, string>>;
	/** Where the process leaves its CPU profile; absent: it makes none. */
	readonly profileDir?: string;
};

const root = fileURLToPath(new URL('../', import.meta.url));
const startMs = 20_000;
const stopMs = 10_000;

export async function startServer({ script, environment, profileDir }: ServerRequest): Promise<ServerProcess> {
	const port = await freePort();
	const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
	const probe = new URL('probe.ts', import.meta.url).href;
	const child = spawn(process.execPath, ['--expose-gc', ...profile, '--import', probe, script], {
		cwd: root,
		env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment(port) },
		stdio: ['ignore', 'ignore', 'inherit', 'ipc']
	});
	const ended = once(child, 'exit');
	const deadline = performance.now() + startMs;
	while (!(await isListening(port))) {
		if (child.exitCode !== null || performance.now() > deadline) {
			child.kill('SIGKILL');
			throw new Error(`${script}: it did not start`);
		}
		await pause(20);
	}
	const ask = async (question: 'cpu' | 'memory'): Promise<Usage> => {
		child.send(question);
		const [answer]: Usage[] = await once(child, 'message');
		if (answer === undefined) throw new Error('probe: expected an answer');
		return answer;
	};
	return {
		port,
		usage: () => ask('cpu'),
		residentBytes: async () => (await ask('memory')).residentBytes ?? 0,
		async stop() {
			child.kill('SIGTERM');
			const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
			await ended;
			clearTimeout(kill);
		}
	};
}
