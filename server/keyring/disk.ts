/** What the keyring asks of the disk: a small port, so that a test can stop at each step and count each flush. */
import { open, readdir, rename, unlink } from 'node:fs/promises';
import { hasCode } from './codes.ts';

export type OpenFile = {
	size(): Promise<number>;
	/** Fewer bytes than asked for at the end of the file. The caller owns what it gets. */
	read(size: number, at: number): Promise<Uint8Array>;
	/** Writes all of them, or rejects. */
	write(bytes: Uint8Array, at: number): Promise<void>;
	/** On the medium when it resolves: fdatasync(2). */
	datasync(): Promise<void>;
	close(): Promise<void>;
};

export type Disk = {
	/** `null` when there is no such file. */
	open(file: string, mode: 'read' | 'write'): Promise<OpenFile | null>;
	/** An empty file for the owner alone, in the place of one that was there. */
	make(file: string): Promise<OpenFile>;
	rename(from: string, to: string): Promise<void>;
	unlink(file: string): Promise<void>;
	/** Names in the folder. */
	list(folder: string): Promise<readonly string[]>;
	/** What was made, renamed and unlinked in the folder is on the medium when it resolves. */
	syncFolder(folder: string): Promise<void>;
};

export const systemDisk: Disk = {
	async open(file, mode) {
		try {
			return await openSystemFile(file, mode === 'read' ? 'r' : 'r+');
		} catch (error) {
			if (hasCode(error, 'ENOENT')) return null;
			throw error;
		}
	},
	make: (file) => openSystemFile(file, 'w+'),
	rename,
	unlink,
	list: (folder) => readdir(folder),
	async syncFolder(folder) {
		// Windows can't open a folder, and needs no such thing.
		if (process.platform === 'win32') return;
		const handle = await open(folder, 'r');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	}
};

async function openSystemFile(file: string, flags: 'r' | 'r+' | 'w+'): Promise<OpenFile> {
	const handle = await open(file, flags, 0o600);
	return {
		size: async () => (await handle.stat()).size,
		async read(size, at) {
			// Of its own, not from Node's shared pool: it is filled with zeros after use.
			const bytes = new Uint8Array(size);
			let done = 0;
			while (done < size) {
				const { bytesRead } = await handle.read(bytes, done, size - done, at + done);
				if (bytesRead === 0) break;
				done += bytesRead;
			}
			return bytes.subarray(0, done);
		},
		async write(bytes, at) {
			let done = 0;
			while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
		},
		datasync: () => handle.datasync(),
		close: () => handle.close()
	};
}
