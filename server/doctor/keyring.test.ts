import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeyring } from '../keyring/file-keyring.ts';
import { ok } from './finding.ts';
import { checkKeyring } from './keyring.ts';

let home: string;
let folder: string;
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sotto-doctor-'));
	folder = path.join(home, 'keyring');
	await (await openKeyring(folder)).close();
});
afterEach(() => rm(home, { recursive: true }));

/** The temporary folder of the one who runs this may lie on anything. */
const fit = () => Promise.resolve(ok('a fit file system'));
const levels = async (cluster: string | null) => (await checkKeyring(folder, cluster, fit)).map(({ level }) => level);

test('a keyring of its own rights whose database lies elsewhere is as it should be', async () => {
	expect(await levels(null)).toEqual(['ok', 'ok', 'ok']);
	expect(await levels('/proc')).toEqual(['ok', 'ok', 'ok']);
	expect(await levels('/a folder of another machine')).toEqual(['ok', 'ok', 'ok']);
});

test('one volume for keyring and database is a warning, a keyring inside the database a fault', async () => {
	const cluster = path.join(home, 'cluster');
	await mkdir(cluster);
	expect(await levels(cluster)).toEqual(['ok', 'ok', 'warning']);
	expect(await levels(home)).toEqual(['fault']);
});

test('a keyring that others may read is a fault, and so is one that is not there', async () => {
	await chmod(path.join(folder, 'ref.key'), 0o644);
	expect(await levels(null)).toEqual(['fault']);
	await rm(folder, { recursive: true });
	expect(await levels(null)).toEqual(['fault']);
});
