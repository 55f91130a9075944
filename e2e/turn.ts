/** coturn on this machine alone, where it is installed: a relay for Direct rooms as an operator has it (docs/OPERATIONS.md). */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../server/db/processes.ts';

export const hasTurn = spawnSync('turnserver', ['--help']).error === undefined;

export type Turn = { readonly url: string; readonly secret: string; stop(): Promise<void> };

/** It says nothing of it in time when nobody reads along. */
async function listens(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

export async function startTurn(): Promise<Turn> {
	const port = await freePort();
	const secret = 'a secret for this test alone';
	const local = ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--allow-loopback-peers', `--listening-port=${port}`];
	// Both ends meet at the relay's own address, though its range is denied to all else.
	const peers = ['--denied-peer-ip=127.0.0.0-127.255.255.255', '--allowed-peer-ip=127.0.0.1'];
	const keys = ['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=sotto.test'];
	const quiet = [
		'-n',
		'--no-tls',
		'--no-dtls',
		'--no-cli',
		'--no-multicast-peers',
		'--log-file=stdout',
		'--pidfile=',
		'--userdb='
	];
	const child = spawn('turnserver', [...quiet, ...local, ...peers, ...keys], { stdio: 'ignore' });
	const gone = once(child, 'exit');
	while (!(await listens(port))) {
		if (child.exitCode !== null) throw new Error('turnserver: it ended before it listened');
		await pause(50);
	}
	return {
		url: `turn:127.0.0.1:${port}`,
		secret,
		async stop() {
			child.kill();
			await gone;
		}
	};
}
