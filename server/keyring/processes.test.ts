import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import { tryLock } from '../db/processes.ts';
import { openKeyring } from './file-keyring.ts';
import type { Keyring, SlotKeys } from './keyring.ts';
import { ref, startKeyringProcess } from './testing-process.ts';
import type { KeyringProcess } from './testing-process.ts';

const hour = 497_000;
let folder: string;
const processes: KeyringProcess[] = [];
const keyrings: Keyring[] = [];
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'sotto-writers-'));
});
afterEach(async () => {
	await Promise.all(keyrings.splice(0).map((keyring) => keyring.close()));
	await Promise.all(processes.splice(0).map((process) => process.kill()));
	await rm(folder, { recursive: true });
});

async function start(): Promise<KeyringProcess> {
	const process = await startKeyringProcess(folder);
	processes.push(process);
	return process;
}

async function open(options: Parameters<typeof openKeyring>[1] = {}, place = folder): Promise<Keyring> {
	const keyring = await openKeyring(place, options);
	keyrings.push(keyring);
	return keyring;
}

const textOf = (keys: SlotKeys | null) => (keys === null ? 'nothing' : toHex(keys.epochKey) + toHex(keys.slotKey));

async function allLive(keyring: Keyring): Promise<number[]> {
	const found: number[] = [];
	for await (const slots of keyring.live() ?? []) found.push(...slots.map(({ slot }) => slot));
	return found;
}

test('two processes: the first writes, both reserve, read and wipe, and no slot is given to both', async () => {
	const [first, second] = [await start(), await start()];
	expect([await first.isWriter(), await second.isWriter()]).toEqual([true, false]);
	const slots = await Promise.all([first, second, first, second, second].map((each) => each.create(hour)));
	expect([...slots].sort()).toEqual([0, 1, 2, 3, 4]);
	for (const slot of slots) {
		expect(await second.read(hour, slot)).toMatch(/^[0-9a-f]{128}$/);
		expect(await second.read(hour, slot)).toBe(await first.read(hour, slot));
	}
	await second.wipe(hour, 2);
	expect([await first.read(hour, 2), await second.read(hour, 2), await second.read(hour, 99)]).toEqual(
		Array.from({ length: 3 }, () => 'nothing')
	);
});

test('a process that is not the writer has no list of live slots and ends no hours', async () => {
	const [first, second] = [await open(), await open()];
	await second.create(hour, ref);
	expect([second.live(), await second.sweep(hour + 1)]).toEqual([null, 0]);
	expect(await allLive(first)).toEqual([0]);
	expect(await first.sweep(hour + 1)).toBe(1);
	expect(await second.read(hour, 0, ref)).toBeNull();
});

test('when the writer is killed another takes over, with the same keys, and calls under way are answered', async () => {
	const writer = await start();
	const other = await open();
	const slots = [await other.create(hour, ref), await other.create(hour, ref)];
	const before = textOf(await other.read(hour, 0, ref));
	const killed = writer.kill();
	const underWay = Promise.all([other.read(hour, 0, ref), other.create(hour, ref), other.wipe(hour, 1, ref)]);
	await killed;
	const [keys, slot] = await underWay;
	expect(textOf(keys)).toBe(before);
	expect(slots).not.toContain(slot);
	expect(await other.read(hour, 1, ref)).toBeNull();
	expect(await allLive(other)).toContain(slot);
});

test('writers killed one after the other while everybody reserves and wipes: no slot is given twice, no wiped one comes back', async () => {
	const witness = await start();
	const given: number[] = [];
	for (let round = 0; round < 3; round++) {
		const others = [await start(), await start()];
		const all = [...processes];
		const writer = (await Promise.all(all.map((each) => each.isWriter()))).indexOf(true);
		const calls = Promise.allSettled(all.flatMap((each) => Array.from({ length: 20 }, () => each.create(hour))));
		const dying = all[writer] === witness ? others[0] : all[writer];
		processes.splice(processes.indexOf(dying ?? witness), 1);
		await dying?.kill();
		const results = await calls;
		given.push(...results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
	}
	expect(given.every(Number.isInteger)).toBe(true);
	expect(new Set(given).size).toBe(given.length);
	await Promise.all(given.filter((slot) => slot % 2 === 0).map((slot) => witness.wipe(hour, slot)));
	for (const process of processes) await process.kill();
	const last = await open();
	const live = await allLive(last);
	expect(given.filter((slot) => slot % 2 === 0 && live.includes(slot))).toEqual([]);
	expect(given.filter((slot) => slot % 2 === 1 && !live.includes(slot))).toEqual([]);
});

test('a writer that closes hands over: calls of the other process are answered', async () => {
	const [first, second] = [await open(), await open()];
	const slot = await second.create(hour, ref);
	await first.close();
	expect(await second.read(hour, slot, ref)).not.toBeNull();
	expect(await second.create(hour, ref)).toBe(1);
	expect(await allLive(second)).toEqual([0, 1]);
});

test('what a killed writer left of its socket is in nobody’s way', async () => {
	const writer = await start();
	await writer.kill();
	expect((await stat(path.join(folder, 'keyring.sock'))).isSocket()).toBe(true);
	const keyring = await open();
	expect(await keyring.create(hour, ref)).toBe(0);
	expect((await stat(path.join(folder, 'keyring.sock'))).mode & 0o777).toBe(0o600);
	expect(await (await open()).create(hour, ref)).toBe(1);
});

test('without a writer a call fails in plain words after its time, and not before', async () => {
	const stuck = tryLock(path.join(folder, 'writer.lock'));
	const keyring = await open({ waitMs: 300 });
	const since = performance.now();
	await expect(keyring.read(hour, 0, ref)).rejects.toThrow('no process has kept it for 300 ms');
	expect(performance.now() - since).toBeGreaterThanOrEqual(300);
	stuck?.release();
	expect(await keyring.create(hour, ref)).toBe(0);
});

test('other bytes than a call close the connection, and harm no other one', async () => {
	const faults: unknown[] = [];
	const writer = await open({ report: (error) => faults.push(error) });
	const other = await open();
	const slot = await other.create(hour, ref);
	const socket = connect(path.join(folder, 'keyring.sock'));
	const closed = once(socket, 'close');
	socket.write(new Uint8Array(33).fill(255));
	await closed;
	expect(faults.map(String)).toEqual(['Error: keyring: expected a call, got other bytes']);
	expect(textOf(await other.read(hour, slot, ref))).toBe(textOf(await writer.read(hour, slot, ref)));
});

test('a call that the writer could not carry out fails at once, its reason told to the writer’s side alone', async () => {
	const faults: unknown[] = [];
	const writer = await open({ report: (error) => faults.push(error) });
	const other = await open();
	await writer.sweep(hour + 1);
	await expect(other.create(hour, ref)).rejects.toThrow('its own log says why');
	expect(faults.map(String)).toEqual(['Error: keyring: expected an hour that is not over']);
});

test.runIf(process.platform === 'linux')('a folder whose path is too long for a socket works all the same', async () => {
	const deep = path.join(folder, ...Array.from({ length: 5 }, () => randomBytes(20).toString('hex')));
	const [first, second] = [await open({}, deep), await open({}, deep)];
	const slot = await second.create(hour, ref);
	expect(textOf(await second.read(hour, slot, ref))).toBe(textOf(await first.read(hour, slot, ref)));
	await first.close();
	expect(await second.read(hour, slot, ref)).not.toBeNull();
});

test('a closed keyring answers nothing', async () => {
	const keyring = await open();
	await keyring.close();
	await expect(keyring.create(hour, ref)).rejects.toThrow('closed');
});
