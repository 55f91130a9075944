/** The folder itself: whose it is, who may enter, and that it doesn't lie where the database's backups reach. */
import { constants, existsSync, realpathSync } from 'node:fs';
import { access, chmod, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, hasCode } from './codes.ts';
import { hourOf } from './record.ts';

const folderMode = 0o700;
const fileMode = 0o600;
const othersBits = 0o077;
const ownNames = ['ref.key', 'pow.key', 'voprf.seed', 'database.id', 'writer.lock', 'writer.lock-journal', 'keyring.sock'];

/** Whether the keyring made a file of this name. */
export function isOwn(name: string): boolean {
	return ownNames.includes(name) || hourOf(name) !== null;
}

/** Makes the folder, and takes others' rights away from it and from what the keyring made in it. Throws with what to do. */
export async function prepareFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true, mode: folderMode });
		await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
		for (const each of await openToOthers(folder)) await closeToOthers(each);
	} catch (error) {
		const words = `KEYRING_DIR: ${path.resolve(folder)} can't be used (${codeOf(error)}). Give the folder to the user that runs this server, or choose another one.`;
		throw new Error(words, { cause: error });
	}
}

export type OpenToOthers = { readonly file: string; readonly isFolder: boolean };

/** The folder and what the keyring made in it, as far as others than the owner have rights on it. Windows has no such bits. */
export async function openToOthers(folder: string): Promise<readonly OpenToOthers[]> {
	if (process.platform === 'win32') return [];
	const names = (await readdir(folder)).filter(isOwn);
	const all = [{ file: folder, isFolder: true }, ...names.map((name) => ({ file: path.join(folder, name), isFolder: false }))];
	const modes = await Promise.all(all.map(({ file }) => modeOf(file)));
	return all.filter((_, index) => ((modes[index] ?? 0) & othersBits) !== 0);
}

async function closeToOthers({ file, isFolder }: OpenToOthers): Promise<void> {
	try {
		await chmod(file, isFolder ? folderMode : fileMode);
	} catch (error) {
		if (!hasCode(error, 'ENOENT')) throw error; // Another process of this server has removed it.
	}
}

/** 0 for a file that is gone meanwhile. */
async function modeOf(file: string): Promise<number> {
	try {
		return (await stat(file)).mode;
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return 0;
		throw error;
	}
}

/** The data directory of a Postgres that `folder` lies in, one of `clusters` or another; `null` for none. `folder` needn't be there yet. */
export function clusterAround(folder: string, clusters: readonly string[] = []): string | null {
	const known = clusters.filter((cluster) => existsSync(cluster)).map((cluster) => realpathSync(cluster));
	let place = realPlaceOf(path.resolve(folder));
	for (;;) {
		if (known.includes(place) || existsSync(path.join(place, 'PG_VERSION'))) return place;
		const parent = path.dirname(place);
		if (parent === place) return null;
		place = parent;
	}
}

/** To be called before the folder is made. Throws with what to do. */
export function requirePlaceApart(folder: string, clusters: readonly string[]): void {
	const cluster = clusterAround(folder, clusters);
	if (cluster === null) return;
	throw new Error(
		`KEYRING_DIR: ${path.resolve(folder)} lies inside the data directory of Postgres, ${cluster}, so that every copy of the database would hold the keys to it. Choose a folder outside, best on a volume of its own.`
	);
}

/** Links resolved, as far as the path is there. */
function realPlaceOf(place: string): string {
	if (existsSync(place)) return realpathSync(place);
	const parent = path.dirname(place);
	return parent === place ? place : path.join(realPlaceOf(parent), path.basename(place));
}
