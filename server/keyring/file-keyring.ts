/** The keyring of this host: files in one folder, of which one process at a time is the writer; the others reach it over a socket. */
import { randomBytes as systemRandomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { addressOf } from './address.ts';
import { systemDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { readOrMake } from './files.ts';
import { prepareFolder } from './folder.ts';
import type { Keyring, Slots } from './keyring.ts';
import { keySize } from './record.ts';
import { keepToFolder } from './same-folder.ts';
import { createSlotClient, WriterLost } from './slot-client.ts';
import { takeTurns } from './turns.ts';
import { becomeWriter } from './writer.ts';

/** How long a call waits for the writer's answer, and for another writer when there is none. */
const patienceMs = 10_000;
const retryMs = 50;

export type KeyringOptions = {
	readonly disk?: Disk;
	readonly randomBytes?: (size: number) => Uint8Array;
	/** Hears why another process's call failed, and why this process could not become the writer. */
	readonly report?: (error: unknown) => void;
	readonly waitMs?: number;
};

/** Opens the keyring in `folder`, making it, `ref.key`, `pow.key` and `voprf.seed` (32 bytes, mode 0600) where they are missing. Throws with what to do. */
export async function openKeyring(folder: string, options: KeyringOptions = {}): Promise<Keyring> {
	const { randomBytes = systemRandomBytes, report = () => undefined, waitMs = patienceMs } = options;
	await prepareFolder(folder);
	const key = (name: string) => readOrMake({ folder, name, size: keySize, randomBytes });
	const [refKey, workKey, tokenSeed] = await Promise.all([key('ref.key'), key('pow.key'), key('voprf.seed')]);
	const disk = await keepToFolder(options.disk ?? systemDisk, folder, 'ref.key');
	const address = addressOf(folder);
	const turns = await takeTurns(() => becomeWriter({ disk, folder, randomBytes, address, report }), report);
	const client = createSlotClient({ path: address.path, waitMs });
	const hours = () => turns.writer()?.hours;
	let closed = false;
	const call = <Result>(use: (slots: Slots) => Promise<Result>): Promise<Result> =>
		untilAnswered(waitMs, () => {
			if (closed) throw new Error('keyring: it is closed');
			return use(hours() ?? client);
		});
	return {
		refKey,
		workKey,
		tokenSeed,
		create: (epochHour, ref) => call((slots) => slots.create(epochHour, ref)),
		read: (epochHour, slot, ref) => call((slots) => slots.read(epochHour, slot, ref)),
		wipe: (epochHour, slot, ref) => call((slots) => slots.wipe(epochHour, slot, ref)),
		live: () => hours()?.live() ?? null,
		sweep: async (epochHour) => hours()?.sweep(epochHour) ?? 0,
		async close() {
			if (closed) return;
			closed = true;
			client.close();
			await turns.stop();
			address.close();
		}
	};
}

/** Calls again while the writer is lost: reading and wiping may be done twice, and a slot that nobody heard of is an orphan. */
async function untilAnswered<Result>(waitMs: number, ask: () => Promise<Result>): Promise<Result> {
	const until = performance.now() + waitMs;
	for (;;) {
		try {
			return await ask();
		} catch (error) {
			if (!(error instanceof WriterLost)) throw error;
			if (performance.now() >= until) throw new Error(`keyring: no process has kept it for ${waitMs} ms`, { cause: error });
		}
		await pause(retryMs);
	}
}
