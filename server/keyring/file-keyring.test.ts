import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import { openKeyring } from './file-keyring.ts';
import { refOf } from './ref.ts';

const ref = new Uint8Array(16);
let folder: string;
beforeEach(async () => {
	folder = path.join(await mkdtemp(path.join(tmpdir(), 'sotto-keyring-')), 'keyring');
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

async function fingerprint(): Promise<string> {
	const keyring = await openKeyring(folder);
	await keyring.close();
	return [keyring.refKey, keyring.workKey, keyring.tokenSeed].map(toHex).join(' ');
}

test('three secret files are made, for the owner alone, and nothing else', async () => {
	const keyring = await openKeyring(folder);
	await keyring.close();
	expect((await readdir(folder)).sort()).toEqual(['pow.key', 'ref.key', 'voprf.seed', 'writer.lock']);
	expect((await stat(folder)).mode & 0o777).toBe(0o700);
	for (const name of ['pow.key', 'ref.key', 'voprf.seed']) {
		const { mode, size } = await stat(path.join(folder, name));
		expect([mode & 0o777, size]).toEqual([0o600, 32]);
	}
});

test('opening again finds the same keys', async () => {
	expect(await fingerprint()).toBe(await fingerprint());
});

test('ten that open a new folder at once agree, and leave no drafts behind', async () => {
	const all = await Promise.all(Array.from({ length: 10 }, fingerprint));
	expect(new Set(all).size).toBe(1);
	expect((await readdir(folder)).sort()).toEqual(['pow.key', 'ref.key', 'voprf.seed', 'writer.lock']);
});

test('a damaged key file is an error, not a new key', async () => {
	await openKeyring(folder);
	await truncate(path.join(folder, 'pow.key'), 31);
	await expect(openKeyring(folder)).rejects.toThrow('expected 32 bytes in pow.key, got 31');
});

test('keys that a caller cleared come back whole the next time', async () => {
	const keyring = await openKeyring(folder);
	const slot = await keyring.create(1, ref);
	const first = await keyring.read(1, slot, ref);
	const before = toHex(first?.slotKey ?? new Uint8Array());
	first?.slotKey.fill(0);
	expect(toHex((await keyring.read(1, slot, ref))?.slotKey ?? new Uint8Array())).toBe(before);
});

test("a room's keyed name has 16 bytes and depends on the keyring", async () => {
	const [mine, other] = [await openKeyring(folder), await openKeyring(path.join(folder, 'other'))];
	const roomId = new Uint8Array(16).fill(1);
	expect(refOf(mine, roomId)).toHaveLength(16);
	expect(refOf(mine, roomId)).toEqual(refOf(mine, roomId));
	expect(refOf(mine, roomId)).not.toEqual(refOf(other, roomId));
});
