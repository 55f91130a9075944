/** The keyring in one file: `seal.key` stands in for the file of each hour (docs/PROTOCOL.md §6.1), all slots come from it. */
import { hkdfSync, randomInt, randomBytes as systemRandomBytes } from 'node:crypto';
import { concat, u32, utf8 } from '#protocol/bytes';
import type { Keyring, SlotKeys } from './keyring.ts';
import { makeFolder, readOrMake } from './files.ts';

const keySize = 32;
const epochLabel = utf8('epr/1/file-keyring/epoch');
const slotLabel = utf8('epr/1/file-keyring/slot');

/**
 * Opens the keyring in `folder`, making `ref.key`, `pow.key` and `seal.key` (32 bytes, mode 0600) where they are missing.
 *
 * What it can't do: `wipe` has nothing to overwrite, since every slot's key is derived from the one file, so a room that ended
 * is only as gone as its row. And `read` knows any slot of any hour; the row's `expires_at` alone decides.
 */
export async function openKeyring(folder: string): Promise<Keyring> {
	await makeFolder(folder);
	const key = (name: string) => readOrMake({ folder, name, size: keySize, randomBytes: systemRandomBytes });
	const [refKey, workKey, sealKey] = await Promise.all([key('ref.key'), key('pow.key'), key('seal.key')]);
	return {
		refKey,
		workKey,
		create: () => Promise.resolve(randomInt(2 ** 31)),
		read: (epochHour, slot) => Promise.resolve(slotKeys(sealKey, epochHour, slot)),
		wipe: () => Promise.resolve()
	};
}

function slotKeys(sealKey: Uint8Array, epochHour: number, slot: number): SlotKeys {
	const derive = (info: Uint8Array) => new Uint8Array(hkdfSync('sha256', sealKey, '', info, keySize));
	return {
		epochKey: derive(concat(epochLabel, u32(epochHour))),
		slotKey: derive(concat(slotLabel, u32(epochHour), u32(slot)))
	};
}
