import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeyring } from './file-keyring.ts';
import type { Keyring } from './keyring.ts';

const hour = 497_000;
const ref = new Uint8Array(16).fill(7);
const fault = /^KEYRING_DIR: .* is not the folder any more that this server began with/;
let home: string;
let folder: string;
let keyring: Keyring;
let slot: number;
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sotto-same-'));
	folder = path.join(home, 'keyring');
	keyring = await openKeyring(folder, { waitMs: 500 });
	slot = await keyring.create(hour, ref);
});
afterEach(async () => {
	await keyring.close();
	await rm(home, { recursive: true });
});

const away = () => path.join(home, 'away');

async function liveCount(): Promise<number> {
	let count = 0;
	for await (const slots of keyring.live() ?? []) count += slots.length;
	return count;
}

async function expectAllFail(): Promise<void> {
	await expect(keyring.read(hour, slot, ref)).rejects.toThrow(fault);
	await expect(keyring.read(hour + 1, 0, ref)).rejects.toThrow(fault);
	await expect(keyring.wipe(hour, slot, ref)).rejects.toThrow(fault);
	await expect(keyring.create(hour, ref)).rejects.toThrow(fault);
	await expect(keyring.create(hour + 1, ref)).rejects.toThrow(fault);
	await expect(keyring.sweep(hour)).rejects.toThrow(fault);
	await expect(liveCount()).rejects.toThrow(fault);
}

test('a folder that is taken away is an error, not an end of rooms, and when it is back all is as before', async () => {
	await rename(folder, away());
	await expectAllFail();
	await rename(away(), folder);
	expect([await keyring.read(hour, slot, ref), await liveCount()]).toEqual([expect.anything(), 1]);
});

test('an empty folder in its place is an error, and stays empty', async () => {
	await rename(folder, away());
	await mkdir(folder);
	await expectAllFail();
	expect(await readdir(folder)).toEqual([]);
});

test('a copy of the folder in its place is an error too', async () => {
	await rename(folder, away());
	await cp(away(), folder, { recursive: true, filter: (file) => !file.endsWith('.sock') });
	await expectAllFail();
});

test('the same folder emptied, or filled with another keyring, is an error', async () => {
	const other = await openKeyring(path.join(home, 'other'), { randomBytes });
	await other.create(hour, ref);
	await other.close();
	for (const name of ['ref.key', `${hour}.ek`]) await rename(path.join(folder, name), path.join(home, name));
	await expectAllFail();
	for (const name of ['ref.key', `${hour}.ek`]) await cp(path.join(home, 'other', name), path.join(folder, name));
	await expectAllFail();
});

test('a file of an hour that is missing in a whole folder is gone', async () => {
	await rm(path.join(folder, `${hour}.ek`));
	expect([await keyring.read(hour, slot, ref), await liveCount()]).toEqual([null, 0]);
	await keyring.wipe(hour, slot, ref);
});
