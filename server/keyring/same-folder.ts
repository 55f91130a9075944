/** A folder that is taken away or replaced under a running server has no keys in it, and that says nothing of any room. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './codes.ts';
import type { Disk } from './disk.ts';

/**
 * `disk`, as long as `folder` has the file `mark` in it that it has now, one that is made once and never changed. Otherwise its
 * files and names are an error, and not missing; nothing that was opened in another folder is told or written.
 */
export async function keepToFolder(disk: Disk, folder: string, mark: string): Promise<Disk> {
	const file = path.join(folder, mark);
	const first = await identityOf(file);
	const requireSame = async (): Promise<void> => {
		if ((await identityOf(file)) !== first) throw otherFolder(folder);
	};
	return {
		...disk,
		async open(name, mode) {
			const open = await disk.open(name, mode);
			try {
				await requireSame();
			} catch (error) {
				await open?.close();
				throw error;
			}
			return open;
		},
		async make(name) {
			await requireSame();
			return disk.make(name);
		},
		async list(of) {
			await requireSame();
			const names = await disk.list(of);
			await requireSame();
			return names;
		}
	};
}

/** A file keeps these under any name, and when its folder is moved; a copy, or other bytes in it, has another one. '' when it isn't there. */
async function identityOf(file: string): Promise<string> {
	try {
		const { dev, ino, birthtimeNs, mtimeNs, size } = await stat(file, { bigint: true });
		return [dev, ino, birthtimeNs, mtimeNs, size].join(' ');
	} catch (error) {
		const code = codeOf(error);
		if (code === 'ENOENT' || code === 'ENOTDIR') return '';
		throw error;
	}
}

function otherFolder(folder: string): Error {
	return new Error(
		`KEYRING_DIR: ${path.resolve(folder)} is not the folder any more that this server began with. Put it back, or stop the server.`
	);
}
