/** The keyring of this host: files in one folder, of which one process is the writer. */
import { randomBytes as systemRandomBytes } from 'node:crypto';
import { systemDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { makeFolder, readOrMake } from './files.ts';
import { createHours, tidy } from './hours.ts';
import type { Keyring } from './keyring.ts';
import { keySize } from './record.ts';

export type KeyringOptions = {
	readonly disk?: Disk;
	readonly randomBytes?: (size: number) => Uint8Array;
};

/** Opens the keyring in `folder`, making it, `ref.key` and `pow.key` (32 bytes, mode 0600) where they are missing. */
export async function openKeyring(
	folder: string,
	{ disk = systemDisk, randomBytes = systemRandomBytes }: KeyringOptions = {}
): Promise<Keyring> {
	await makeFolder(folder);
	const key = (name: string) => readOrMake({ folder, name, size: keySize, randomBytes });
	const [refKey, workKey] = await Promise.all([key('ref.key'), key('pow.key')]);
	await tidy({ disk, folder });
	const hours = createHours({ disk, folder, randomBytes });
	return { refKey, workKey, ...hours, close: () => hours.idle() };
}
