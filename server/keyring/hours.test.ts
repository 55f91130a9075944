import { link, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import { systemDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { createHours, tidy } from './hours.ts';
import type { Hours } from './hours.ts';
import type { LiveSlot } from './keyring.ts';
import { watchDisk } from './testing.ts';

const hour = 497_000;
const ref = new Uint8Array(16).fill(7);
let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'sotto-hours-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As a process that starts on the folder. */
async function open(disk: Disk = systemDisk): Promise<Hours> {
	await tidy({ disk, folder });
	return createHours({ disk, folder, randomBytes });
}

async function allLive(hours: Hours): Promise<LiveSlot[]> {
	const found: LiveSlot[] = [];
	for await (const slots of hours.live()) found.push(...slots);
	return found;
}

const sweepAnew = async () => (await open()).sweep(hour);
const bytesOf = (epochHour = hour) => readFile(path.join(folder, `${epochHour}.ek`));
const times = <Result>(count: number, make: (index: number) => Result): Result[] =>
	Array.from({ length: count }, (_, i) => make(i));

test('a reserved slot reads the same after a restart, and each slot and hour has keys of its own', async () => {
	const hours = await open();
	const slots = [await hours.create(hour, ref), await hours.create(hour, ref), await hours.create(hour + 1, ref)];
	expect(slots).toEqual([0, 1, 0]);
	const again = await open();
	const keys = await Promise.all([again.read(hour, 0, ref), again.read(hour, 1, ref), again.read(hour + 1, 0, ref)]);
	expect(keys[0]).toEqual(await hours.read(hour, 0, ref));
	expect(keys[0]?.epochKey).toEqual(keys[1]?.epochKey);
	const texts = [keys[0]?.epochKey, keys[2]?.epochKey, ...keys.map((each) => each?.slotKey)];
	expect(new Set(texts.map((text) => toHex(text ?? new Uint8Array()))).size).toBe(5);
});

test('what is read together shares one opening of the file, and each gets the keys of its own slot', async () => {
	let openings = 0;
	const open: Disk['open'] = (file, mode) => {
		openings += mode === 'read' ? 1 : 0;
		return systemDisk.open(file, mode);
	};
	const hours = createHours({ disk: { ...systemDisk, open }, folder, randomBytes });
	const refs = times(20, (i) => new Uint8Array(16).fill(i + 1));
	const slots = await Promise.all(refs.map((each) => hours.create(hour, each)));
	await hours.wipe(hour, slots[3] ?? -1, refs[3] ?? ref);
	const readAll = () => Promise.all(refs.map((each, i) => hours.read(hour, slots[i] ?? -1, each)));
	const [first, again] = [await readAll(), await readAll()];
	expect(openings).toBe(2);
	expect(again).toEqual(first);
	expect(first.map((keys) => keys === null)).toEqual(times(20, (i) => i === 3));
	expect(new Set(first.map((keys) => toHex(keys?.slotKey ?? new Uint8Array()))).size).toBe(20);
	first[0]?.epochKey.fill(0);
	expect(first[1]?.epochKey).toEqual(again[0]?.epochKey);
});

test('a slot that never was, a negative one and one of an hour without a file read as nothing', async () => {
	const hours = await open();
	await hours.create(hour, ref);
	expect([await hours.read(hour, 1, ref), await hours.read(hour, -1, ref), await hours.read(hour + 1, 0, ref)]).toEqual([
		null,
		null,
		null
	]);
});

test('wiping leaves 64 zeros in the place of the record, and every other byte alone', async () => {
	const hours = await open();
	await Promise.all(times(3, () => hours.create(hour, ref)));
	const before = await bytesOf();
	await hours.wipe(hour, 1, ref);
	before.fill(0, 128, 192);
	expect(await bytesOf()).toEqual(before);
	expect(await hours.read(hour, 1, ref)).toBeNull();
	expect(await hours.read(hour, 2, ref)).not.toBeNull();
});

test('a wiped slot is not given out again, not even the last one after a restart', async () => {
	const hours = await open();
	await hours.create(hour, ref);
	await hours.wipe(hour, await hours.create(hour, ref), ref);
	expect(await hours.create(hour, ref)).toBe(2);
	await hours.wipe(hour, 2, ref);
	expect(await (await open()).create(hour, ref)).toBe(3);
});

test("after an older copy of the file was put back, a number that two rooms have is the later one's alone", async () => {
	const hours = await open();
	await hours.create(hour, ref);
	const copy = await bytesOf();
	const [mine, other] = [randomBytes(16), randomBytes(16)];
	const slot = await hours.create(hour, mine);
	await writeFile(path.join(folder, `${hour}.ek`), copy);
	const again = await open();
	expect(await again.create(hour, other)).toBe(slot);
	const keys = await again.read(hour, slot, other);
	expect(await again.read(hour, slot, mine)).toBeNull();
	await Promise.all([again.wipe(hour, slot, mine), again.wipe(hour, 0, ref)]);
	expect(await again.read(hour, slot, other)).toEqual(keys);
	await again.wipe(hour, slot, other);
	expect((await bytesOf()).subarray(64)).toEqual(Buffer.alloc(128));
});

test('wiping twice, what never was, or in an hour without a file does nothing', async () => {
	const hours = await open();
	await hours.create(hour, ref);
	const before = await bytesOf();
	await Promise.all([
		hours.wipe(hour, 1, ref),
		hours.wipe(hour, -1, ref),
		hours.wipe(hour, -2, ref),
		hours.wipe(hour + 1, 0, ref)
	]);
	expect(await bytesOf()).toEqual(before);
	expect(await readdir(folder)).toEqual([`${hour}.ek`]);
	await hours.wipe(hour, 0, ref);
	await hours.wipe(hour, 0, ref);
	expect(await hours.read(hour, 0, ref)).toBeNull();
});

test('a slot is answered after its record was flushed, and its hour’s file appears whole', async () => {
	const disk = watchDisk();
	const hours = await open(disk);
	await hours.create(hour, ref);
	await hours.wipe(hour, 0, ref);
	expect(disk.steps).toEqual([
		`write .${hour}.ek 0+64`,
		`datasync .${hour}.ek`,
		`rename .${hour}.ek ${hour}.ek`,
		'sync folder',
		`write .${hour}.ek 64+64`,
		`datasync .${hour}.ek`,
		`write ${hour}.ek 64+64`,
		`datasync ${hour}.ek`
	]);
});

test('creations and wipes that come together share one flush for each hour', async () => {
	const disk = watchDisk();
	const hours = await open(disk);
	const flushes = () => disk.steps.filter((step) => step === `datasync ${hour}.ek`).length;
	await hours.create(hour, ref);
	const slots = await Promise.all(times(100, () => hours.create(hour, ref)));
	expect(new Set(slots).size).toBe(100);
	expect(flushes()).toBe(1);
	await Promise.all(slots.map((slot) => hours.wipe(hour, slot, ref)));
	expect(flushes()).toBe(2);
	expect((await allLive(hours)).map(({ slot }) => slot)).toEqual([0]);
});

test('the live slots are told with their hour, number and room, without keys', async () => {
	const hours = await open();
	for (const epochHour of [hour, hour + 1]) await Promise.all(times(1500, (i) => hours.create(epochHour, ref.fill(i % 251))));
	await hours.wipe(hour, 3, ref);
	const batches: (readonly LiveSlot[])[] = [];
	for await (const slots of hours.live()) batches.push(slots);
	expect(batches.map((slots) => slots.length)).toEqual([1499, 1500]);
	expect(batches[0]?.some(({ slot }) => slot === 3)).toBe(false);
	expect(Object.keys(batches[1]?.[0] ?? {})).toEqual(['epochHour', 'slot', 'ref']);
	expect(batches[1]?.at(-1)).toMatchObject({ epochHour: hour + 1, slot: 1499 });
});

test('the end of an hour writes zeros over all of its file before the name goes', async () => {
	const disk = watchDisk();
	const hours = await open(disk);
	await Promise.all(times(1500, () => hours.create(hour, ref)));
	await hours.create(hour + 1, ref);
	const size = (await bytesOf()).length;
	await link(path.join(folder, `${hour}.ek`), path.join(folder, 'kept'));
	disk.steps.length = 0;
	expect(await hours.sweep(hour + 1)).toBe(1);
	expect(disk.steps).toEqual([
		`write ${hour}.ek 0+65536`,
		`write ${hour}.ek 65536+${size - 65536}`,
		`datasync ${hour}.ek`,
		`unlink ${hour}.ek`,
		'sync folder'
	]);
	expect(await readFile(path.join(folder, 'kept'))).toEqual(Buffer.alloc(size));
	expect((await readdir(folder)).sort()).toEqual([`${hour + 1}.ek`, 'kept']);
	expect(await hours.read(hour, 0, ref)).toBeNull();
	expect(await hours.read(hour + 1, 0, ref)).not.toBeNull();
	expect(await hours.sweep(hour + 1)).toBe(0);
});

test('a file that can not be ended keeps no other from it, and is tried again', async () => {
	let isBroken = true;
	const unlink = (file: string) =>
		isBroken && file.endsWith(`${hour}.ek`) ? Promise.reject(new Error('disk: broken')) : systemDisk.unlink(file);
	const hours = await open({ ...systemDisk, unlink });
	for (const each of [hour, hour + 1, hour + 2]) await hours.create(each, ref);
	await expect(hours.sweep(hour + 2)).rejects.toThrow('disk: broken');
	expect((await readdir(folder)).sort()).toEqual([`${hour}.ek`, `${hour + 2}.ek`]);
	expect(await hours.read(hour, 0, ref)).toBeNull();
	isBroken = false;
	expect(await hours.sweep(hour + 2)).toBe(1);
	expect(await readdir(folder)).toEqual([`${hour + 2}.ek`]);
});

test('no slot can be reserved in an hour that is over', async () => {
	const hours = await open();
	await hours.sweep(hour);
	await expect(hours.create(hour - 1, ref)).rejects.toThrow('expected an hour that is not over');
	expect(await hours.create(hour, ref)).toBe(0);
});

test('a record that was cut off is no slot: its place stays free, and half a key does not stay', async () => {
	const hours = await open();
	await hours.create(hour, ref);
	await hours.create(hour, ref);
	await truncate(path.join(folder, `${hour}.ek`), 64 + 64 + 50);
	const again = await open();
	expect(await again.read(hour, 1, ref)).toBeNull();
	expect((await allLive(again)).map(({ slot }) => slot)).toEqual([0]);
	expect(await again.create(hour, ref)).toBe(2);
	expect((await bytesOf()).subarray(128, 192)).toEqual(Buffer.alloc(64));
	expect(await again.read(hour, 1, ref)).toBeNull();
});

test('a file that is not the keys of its hour stops the start, and is named', async () => {
	for (const wrong of [Buffer.alloc(0), Buffer.alloc(10), Buffer.alloc(64, 1), Buffer.from(toHex(randomBytes(64)))]) {
		await writeFile(path.join(folder, `${hour}.ek`), wrong);
		await expect(sweepAnew(), String(wrong.length)).rejects.toThrow(
			/\/497000\.ek is damaged .* overwrite it \(shred -u .*\/497000\.ek\)/
		);
	}
	await rm(path.join(folder, `${hour}.ek`));
	await (await open()).create(hour, ref);
	await writeFile(path.join(folder, `${hour + 1}.ek`), await bytesOf());
	await expect(sweepAnew()).rejects.toThrow(`${hour + 1}.ek is damaged`);
});

test('a damaged file of an hour that is over stops no start: it is overwritten and gone', async () => {
	const hours = await open();
	await hours.create(hour, ref);
	const bytes = await bytesOf();
	await writeFile(path.join(folder, `${hour}.ek`), bytes.fill(1, 0, 64));
	await link(path.join(folder, `${hour}.ek`), path.join(folder, 'kept'));
	await writeFile(path.join(folder, `${hour + 1}.ek`), 'x');
	await expect((await open()).sweep(hour + 1)).rejects.toThrow(`${hour + 1}.ek is damaged`);
	expect((await readdir(folder)).sort()).toEqual([`${hour + 1}.ek`, 'kept']);
	expect(await readFile(path.join(folder, 'kept'))).toEqual(Buffer.alloc(128));
	expect(await (await open()).sweep(hour + 2)).toBe(1);
});

test('an hour whose end was cut off after its header was gone is ended by the next start', async () => {
	const hours = await open();
	await hours.create(hour, ref);
	const bytes = await bytesOf();
	await writeFile(path.join(folder, `${hour}.ek`), bytes.fill(0, 0, 64));
	await link(path.join(folder, `${hour}.ek`), path.join(folder, 'kept'));
	await open();
	expect(await readdir(folder)).toEqual(['kept']);
	expect(await readFile(path.join(folder, 'kept'))).toEqual(Buffer.alloc(128));
});

test('files are for their owner alone', async () => {
	await (await open()).create(hour, ref);
	expect((await stat(path.join(folder, `${hour}.ek`))).mode & 0o777).toBe(0o600);
});

test('the key of all rooms that version 0.1 kept is there until a sweep, and overwritten then', async () => {
	await writeFile(path.join(folder, 'seal.key'), randomBytes(32));
	await link(path.join(folder, 'seal.key'), path.join(folder, 'kept'));
	const hours = await open();
	expect((await readdir(folder)).sort()).toEqual(['kept', 'seal.key']);
	await hours.sweep(hour);
	expect(await readdir(folder)).toEqual(['kept']);
	expect(await readFile(path.join(folder, 'kept'))).toEqual(Buffer.alloc(32));
});
