/** For tests: a process of its own that opens the keyring of the folder in its first argument and does what it is told over IPC. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { toHex } from '#protocol/bytes';
import { openKeyring } from './file-keyring.ts';

type Order = {
	readonly id: number;
	readonly call: 'create' | 'read' | 'wipe' | 'isWriter';
	readonly epochHour: number;
	readonly slot: number;
};
type Told = { readonly id: number; readonly result: string };

/** Of every slot here. */
export const ref = new Uint8Array(16).fill(1);

export type KeyringProcess = {
	create(epochHour: number): Promise<number>;
	/** Both keys in hex, or 'nothing'. */
	read(epochHour: number, slot: number): Promise<string>;
	wipe(epochHour: number, slot: number): Promise<void>;
	isWriter(): Promise<boolean>;
	/** As `kill -9` does. Resolves when it is gone. */
	kill(): Promise<void>;
};

/** Resolves when the keyring is open there. */
export async function startKeyringProcess(folder: string): Promise<KeyringProcess> {
	const child = fork(fileURLToPath(import.meta.url), [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	child.setMaxListeners(0);
	await once(child, 'message');
	let lastId = 0;
	const order = (call: Order['call'], epochHour = 0, slot = 0) => {
		const id = ++lastId;
		child.send({ id, call, epochHour, slot } satisfies Order);
		return answerTo(child, id);
	};
	return {
		create: async (epochHour) => Number(await order('create', epochHour)),
		read: (epochHour, slot) => order('read', epochHour, slot),
		wipe: async (epochHour, slot) => void (await order('wipe', epochHour, slot)),
		isWriter: async () => (await order('isWriter')) === 'true',
		async kill() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const gone = once(child, 'exit');
			child.kill('SIGKILL');
			await gone;
		}
	};
}

function answerTo(child: ChildProcess, id: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const hear = (told: unknown) => {
			const { id: of, result } = told as Told;
			if (of !== id) return;
			stop();
			resolve(result);
		};
		const lose = () => {
			stop();
			reject(new Error('test: the process ended'));
		};
		const stop = () => void child.off('message', hear).off('exit', lose);
		child.on('message', hear).once('exit', lose);
	});
}

async function serve(folder: string, send: (told: Told) => void): Promise<void> {
	const keyring = await openKeyring(folder);
	const carryOut = async ({ call, epochHour, slot }: Order): Promise<string> => {
		if (call === 'isWriter') return String(keyring.live() !== null);
		if (call === 'create') return String(await keyring.create(epochHour, ref));
		if (call === 'wipe') return String(await keyring.wipe(epochHour, slot, ref));
		const keys = await keyring.read(epochHour, slot, ref);
		return keys === null ? 'nothing' : toHex(keys.epochKey) + toHex(keys.slotKey);
	};
	process.on('message', (order: Order) => {
		carryOut(order).then(
			(result) => send({ id: order.id, result }),
			(error: unknown) => send({ id: order.id, result: String(error) })
		);
	});
	process.once('disconnect', () => process.exit());
	send({ id: 0, result: 'open' });
}

const [, program, folder] = process.argv;
if (program === fileURLToPath(import.meta.url) && folder !== undefined) await serve(folder, (told) => process.send?.(told));
