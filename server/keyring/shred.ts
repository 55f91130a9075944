/** Ends a file of keys: overwritten first, because what is only unlinked stays on the disk (docs/PROTOCOL.md §6.2). */
import type { Disk } from './disk.ts';

const chunkSize = 65_536;

/** Zeros over the whole file from its header on, fdatasync, unlink. The caller syncs the folder. Resolves to whether there was one. */
export async function shred(disk: Disk, file: string): Promise<boolean> {
	const open = await disk.open(file, 'write');
	if (open === null) return false;
	try {
		const size = await open.size();
		const zeros = new Uint8Array(Math.min(size, chunkSize));
		for (let at = 0; at < size; at += chunkSize) await open.write(zeros.subarray(0, Math.min(chunkSize, size - at)), at);
		await open.datasync();
	} finally {
		await open.close();
	}
	await disk.unlink(file);
	return true;
}
