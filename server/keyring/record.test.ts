import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { concat, fromHex, toHex, u32, utf8 } from '#protocol/bytes';
import { systemDisk } from './disk.ts';
import { createHours } from './hours.ts';
import { fileName, formatHeader, formatRecord, hourOf, offsetOf, parseHeader, parseRecord, slotsIn } from './record.ts';
import q1 from './q1.json' with { type: 'json' };

const { epochHour } = q1;
const epochKey = fromHex(q1.epochKey);
const slots = q1.slots.map(({ slotKey, ref }) => ({ slotKey: fromHex(slotKey), ref: fromHex(ref) }));
const before = fromHex(q1.before);
const header = before.subarray(0, 64);
const record = before.subarray(64, 128);

test('vector Q1 is made of the stream of its name', () => {
	const stream = concat(...[0, 1, 2, 3, 4, 5].map((i) => createHash('sha256').update(`epr/1/vector/Q1/${i}`).digest()));
	expect(toHex(concat(epochKey, ...slots.flatMap(({ slotKey, ref }) => [slotKey, ref])))).toBe(toHex(stream.subarray(0, 176)));
});

test('vector Q1: a real file has these bytes before and after a slot is wiped', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'sotto-q1-'));
	const keys = [epochKey, ...slots.map(({ slotKey }) => slotKey)].map((key) => key.slice());
	const hours = createHours({ disk: systemDisk, folder, randomBytes: () => keys.shift() ?? new Uint8Array() });
	for (const { ref } of slots) await hours.create(epochHour, ref);
	const file = path.join(folder, fileName(epochHour));
	expect(toHex(await readFile(file))).toBe(q1.before);
	expect(await hours.read(epochHour, 2, slots[2]?.ref ?? new Uint8Array())).toEqual({ epochKey, slotKey: slots[2]?.slotKey });
	await hours.wipe(epochHour, q1.wiped, slots[q1.wiped]?.ref ?? new Uint8Array());
	expect(toHex(await readFile(file))).toBe(q1.after);
	await rm(folder, { recursive: true });
});

test('what was formatted parses to the same', () => {
	expect(parseHeader(formatHeader(epochHour, epochKey), epochHour)).toEqual(epochKey);
	const [slot] = slots;
	if (slot === undefined) throw new Error('test: expected a slot');
	expect(parseRecord(formatRecord(slot.slotKey, slot.ref))).toEqual(slot);
});

test('a header of another hour, cut, changed anywhere but in its key, or without a key is refused', () => {
	expect(() => parseHeader(header, epochHour + 1)).toThrow('expected the header of hour 497001');
	expect(() => parseHeader(header.subarray(0, 63), epochHour)).toThrow('header');
	expect(() => parseHeader(new Uint8Array(0), epochHour)).toThrow('header');
	for (const at of Array.from({ length: 64 }, (_, i) => i).filter((i) => i < 16 || i >= 48)) {
		const changed = header.slice();
		changed[at] = (changed[at] ?? 0) ^ 1;
		expect(() => parseHeader(changed, epochHour), `byte ${at}`).toThrow('header');
	}
	expect(() => parseHeader(header.slice().fill(0, 16, 48), epochHour)).toThrow('header');
});

test('a header of zeros is that of an hour that has ended', () => {
	expect(parseHeader(new Uint8Array(64), epochHour)).toBeNull();
});

test('a record of zeros, one cut short, of another state, with bytes behind it, or without a key is no slot', () => {
	const changed = (at: number, value: number) => record.slice().fill(value, at, at + 1);
	const wrong = [
		new Uint8Array(64),
		record.subarray(0, 63),
		changed(48, 0),
		changed(48, 2),
		changed(63, 1),
		record.slice().fill(0, 0, 32)
	];
	expect(wrong.map(parseRecord)).toEqual(wrong.map(() => null));
	expect(parseRecord(record)).not.toBeNull();
});

test('keys and names of another size are not formatted', () => {
	expect(() => formatHeader(1, new Uint8Array(31))).toThrow('expected 32 bytes of epochKey, got 31');
	expect(() => formatRecord(new Uint8Array(33), new Uint8Array(16))).toThrow('expected 32 bytes of slotKey, got 33');
	expect(() => formatRecord(new Uint8Array(32), concat(utf8('x'), u32(1)))).toThrow('expected 16 bytes of ref, got 5');
});

test('slots lie behind the header, and only whole ones count', () => {
	expect([offsetOf(0), offsetOf(1)]).toEqual([64, 128]);
	expect([0, 63, 64, 127, 128, 191, 192].map(slotsIn)).toEqual([0, 0, 0, 0, 1, 1, 2]);
});

test('only names that the keyring gives are those of an hour', () => {
	expect(['0.ek', '497000.ek', '007.ek', '-1.ek', '1.ek.bak', '.1.ek', '1.5.ek', 'ref.key'].map(hourOf)).toEqual([
		0,
		497_000,
		...Array.from({ length: 6 }, () => null)
	]);
});
