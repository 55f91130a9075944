import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFolder, unfitFileSystem } from './check.ts';
import { openKeyring } from './file-keyring.ts';
import { clusterAround, requirePlaceApart } from './folder.ts';

let home: string;
let folder: string;
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sotto-folder-'));
	folder = path.join(home, 'keyring');
});
afterEach(() => rm(home, { recursive: true }));

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;
const faults = async () => (await checkFolder(folder)).map(({ fault }) => fault);

async function makeKeyring(): Promise<void> {
	const keyring = await openKeyring(folder);
	await keyring.create(497_000, new Uint8Array(16));
	await keyring.close();
}

test('a folder that cannot be used stops the start with its path, the reason and what to do', async () => {
	await writeFile(path.join(home, 'file'), '');
	await expect(openKeyring(path.join(home, 'file', 'keyring'))).rejects.toThrow(
		/^KEYRING_DIR: .*file\/keyring can't be used \(ENOTDIR\)\. Give the folder to the user that runs this server, or choose another one\.$/
	);
});

test('rights that others have on the folder or its files are found by the check and gone after a start', async () => {
	await makeKeyring();
	expect(await checkFolder(folder)).toEqual([]);
	await chmod(folder, 0o755);
	await chmod(path.join(folder, '497000.ek'), 0o640);
	await chmod(path.join(folder, 'ref.key'), 0o604);
	expect(await faults()).toEqual([
		`${folder} is open to other users of this machine.`,
		`${path.join(folder, '497000.ek')} is open to other users of this machine.`,
		`${path.join(folder, 'ref.key')} is open to other users of this machine.`
	]);
	await makeKeyring();
	expect(await checkFolder(folder)).toEqual([]);
	expect([await modeOf(folder), await modeOf(path.join(folder, '497000.ek'))]).toEqual([0o700, 0o600]);
});

test('what the keyring did not make is left alone', async () => {
	await makeKeyring();
	await mkdir(path.join(folder, 'lost+found'), { mode: 0o755 });
	await writeFile(path.join(folder, 'notes.txt'), '', { mode: 0o644 });
	await makeKeyring();
	expect([await modeOf(path.join(folder, 'lost+found')), await modeOf(path.join(folder, 'notes.txt'))]).toEqual([0o755, 0o644]);
	expect(await checkFolder(folder)).toEqual([]);
});

test('the check names a folder that is not there, and files that are not the keys of their hour', async () => {
	expect(await faults()).toEqual([`${folder} can't be read (ENOENT).`]);
	await makeKeyring();
	await writeFile(path.join(folder, '497001.ek'), 'x'.repeat(64));
	expect((await faults()).join()).toContain('497001.ek is damaged or not a file of keys');
});

test('file systems of which nobody knows where they write are told by their number, and ext4, xfs and tmpfs are fit', () => {
	const names = [0x9123683e, 0x794c7630, 0x01021997, 0x65735546, 0x00c36400].map(unfitFileSystem);
	expect(names).toEqual(['btrfs', 'overlayfs', '9p', 'a FUSE file system', 'ceph']);
	expect([0xef53, 0x58465342, 0x01021994].map(unfitFileSystem)).toEqual([null, null, null]);
});

test('a folder inside the data directory of Postgres is refused before it is made, through links too', async () => {
	const cluster = path.join(home, 'cluster');
	await mkdir(cluster);
	await symlink(cluster, path.join(home, 'link'));
	for (const inside of ['cluster', 'cluster/keyring', 'link/deep/keyring']) {
		const place = path.join(home, inside);
		expect(clusterAround(place, [path.join(home, 'link')]), inside).toBe(cluster);
		expect(() => requirePlaceApart(place, [cluster])).toThrow(/^KEYRING_DIR: .* lies inside the data directory of Postgres/);
	}
	await expect(stat(path.join(cluster, 'keyring'))).rejects.toThrow('ENOENT');
	expect(clusterAround(path.join(home, 'cluster-keyring'), [cluster])).toBeNull();
	expect(clusterAround(path.join(cluster, 'keyring'), ['/no/such/folder'])).toBeNull();
});

test('the data directory of a Postgres that nobody named is known by what lies in it', async () => {
	await mkdir(path.join(home, 'unknown'));
	await writeFile(path.join(home, 'unknown', 'PG_VERSION'), '18\n');
	expect(clusterAround(path.join(home, 'unknown', 'a', 'b'))).toBe(path.join(home, 'unknown'));
	folder = path.join(home, 'unknown', 'keyring');
	await makeKeyring();
	expect((await faults()).join()).toContain('lies inside the data directory of Postgres');
});
