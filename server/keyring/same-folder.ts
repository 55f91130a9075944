/** A folder that is taken away or replaced under a running server has no keys in it, and that says nothing of any room. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { equalBytes } from '#protocol/bytes';
import { codeOf } from './codes.ts';
import type { Disk } from './disk.ts';
import { readSized } from './files.ts';

/** `bytes`: of the file `name` in it, which is made once and never changed. */
export type Mark = { readonly name: string; readonly bytes: Uint8Array };

/**
 * `disk`, as long as `folder` is the one that it is now, with `mark` in it. Otherwise its files and names are an error, and not
 * missing; nothing that was opened in another folder is told or written.
 */
export async function keepToFolder(disk: Disk, folder: string, mark: Mark): Promise<Disk> {
	const first = await placeOf(folder);
	const requireSame = async (): Promise<void> => {
		if ((await placeOf(folder)) !== first || !(await holds(folder, mark))) throw otherFolder(folder);
	};
	return {
		...disk,
		async open(file, mode) {
			const open = await disk.open(file, mode);
			try {
				await requireSame();
			} catch (error) {
				await open?.close();
				throw error;
			}
			return open;
		},
		async make(file) {
			await requireSame();
			return disk.make(file);
		},
		async list(of) {
			await requireSame();
			const names = await disk.list(of);
			await requireSame();
			return names;
		}
	};
}

async function holds(folder: string, { name, bytes }: Mark): Promise<boolean> {
	const found = await readSized({ folder, name, size: bytes.length });
	try {
		return found !== null && equalBytes(found, bytes);
	} finally {
		found?.fill(0);
	}
}

/** Device and number, which a folder keeps under any name; '' when it isn't there. */
async function placeOf(folder: string): Promise<string> {
	try {
		const { dev, ino } = await stat(folder, { bigint: true });
		return `${dev} ${ino}`;
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
