/** What is wrong with a keyring's folder, looked at from outside and without changing anything: for `npm run doctor`. */
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './codes.ts';
import { systemDisk } from './disk.ts';
import { clusterAround, openToOthers } from './folder.ts';
import { damagedFiles, remedyOfDamage } from './hours.ts';

/** Whole sentences: what it is, and what to do. */
export type Finding = { readonly fault: string; readonly remedy: string };

/**
 * Magic numbers of Linux' statfs(2) for file systems that write elsewhere than where the old bytes are, that go with a container,
 * or where another machine or program decides.
 */
const unfit: Readonly<Record<number, string>> = {
	0x9123683e: 'btrfs',
	0x3434: 'nilfs2',
	0x24051905: 'ubifs',
	0x72b6: 'jffs2',
	0x2fc12fc1: 'zfs',
	0xf2f52010: 'f2fs',
	0xca451a4e: 'bcachefs',
	0x794c7630: 'overlayfs',
	0x6969: 'nfs',
	0xff534d42: 'cifs',
	0xfe534d42: 'smb',
	0x517b: 'smb',
	0x01021997: '9p',
	0x65735546: 'a FUSE file system',
	0x00c36400: 'ceph'
};

/** Place, rights and files. `clusters`: data directories of Postgres that are known. Empty when all is well. A server may be running on the folder. */
export async function checkFolder(folder: string, clusters: readonly string[] = []): Promise<readonly Finding[]> {
	try {
		const findings = [placeOf(folder, clusters), ...(await rightsOf(folder)), ...(await filesOf(folder))];
		return findings.filter((finding) => finding !== null);
	} catch (error) {
		const remedy =
			'Give the folder to the user that runs this server, start the server once, or set KEYRING_DIR to the right one.';
		return [{ fault: `${folder} can't be read (${codeOf(error)}).`, remedy }];
	}
}

function placeOf(folder: string, clusters: readonly string[]): Finding | null {
	const cluster = clusterAround(folder, clusters);
	if (cluster === null) return null;
	const fault = `${folder} lies inside the data directory of Postgres, ${cluster}: every copy of the database holds the keys to it.`;
	return { fault, remedy: 'Set KEYRING_DIR to a folder outside, best on a volume of its own.' };
}

/** The file system's name when it isn't fit; `null` when it is, or isn't known. `type`: as Linux' statfs(2) has it. */
export function unfitFileSystem(type: number): string | null {
	return unfit[type] ?? null;
}

/** Only on Linux, elsewhere the number says nothing: what is wrong with the file system below the folder; `null` when nothing is. */
export async function checkMedium(folder: string): Promise<Finding | null> {
	const name = unfitFileSystem((await statfs(folder)).type);
	if (name === null) return null;
	const fault = `${folder} lies on ${name}, which may keep the old bytes of a key that was overwritten.`;
	return { fault, remedy: 'Set KEYRING_DIR to a volume with ext4, or to a tmpfs if rooms may end with a restart.' };
}

async function rightsOf(folder: string): Promise<readonly Finding[]> {
	return (await openToOthers(folder)).map(({ file, isFolder }) => ({
		fault: `${file} is open to other users of this machine.`,
		remedy: `chmod ${isFolder ? '700' : '600'} ${file}, or start the server, which does it. Whoever read it knows these keys.`
	}));
}

async function filesOf(folder: string): Promise<readonly Finding[]> {
	return (await damagedFiles({ disk: systemDisk, folder })).map((name) => ({
		fault: `${path.join(folder, name)} is damaged or not a file of keys.`,
		remedy: `${remedyOfDamage(path.join(folder, name))} A server ends it by itself when its hour is over.`
	}));
}
