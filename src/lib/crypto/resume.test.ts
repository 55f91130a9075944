import type { Bytes } from '#protocol/bytes';
import { concat, toHex, utf8 } from '#protocol/bytes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ResumeRecord } from './resume.ts';
import { decodeRecord, encodeRecord, openRecord, sealRecord, storageKeyOf } from './resume.ts';
import { gcmSeal } from './suite.ts';

const bytes = (size: number): fc.Arbitrary<Bytes> =>
	fc.uint8Array({ minLength: size, maxLength: size }).map((array) => new Uint8Array(array));
const seq = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const records: fc.Arbitrary<ResumeRecord> = fc.record({
	idSeed: bytes(32),
	seq0: seq,
	prev0: bytes(32),
	seq1: seq,
	unsent: fc.array(bytes(1364), { maxLength: 3 }),
	session: bytes(32),
	author: fc.record({ nick: fc.constantFrom('Ada', 'Grüße', '名前'), colour: fc.integer({ min: 0, max: 15 }) }),
	stopped: fc.array(bytes(8).map(toHex), { maxLength: 20 })
});
const key = { resumeKey: new Uint8Array(32).fill(1), roomId: new Uint8Array(16).fill(2) };
const iv = new Uint8Array(12).fill(3);
const record: ResumeRecord = {
	idSeed: new Uint8Array(32).fill(4),
	seq0: 5,
	prev0: new Uint8Array(32).fill(6),
	seq1: 1000,
	unsent: [new Uint8Array(1364).fill(7)],
	session: new Uint8Array(32).fill(8),
	author: { nick: 'Ada', colour: 9 },
	stopped: ['00112233445566ff']
};

async function sealed(plain: Uint8Array): Promise<Bytes> {
	const aad = concat(utf8('epr/1/resume-record'), key.roomId);
	return concat(iv, await gcmSeal({ key: key.resumeKey, iv, aad }, new Uint8Array(plain)));
}

describe('the record of a reload', () => {
	test('opens to what was sealed', async () => {
		await fc.assert(
			fc.asyncProperty(records, async (any) => {
				expect(await openRecord(key, await sealRecord(key, any, iv))).toEqual(any);
			}),
			{ numRuns: 30 }
		);
	});

	test('has the fields of the specification in their order, and ours behind them', () => {
		const encoded = encodeRecord({ ...record, unsent: [Uint8Array.of(1, 2, 3)] });
		const specified = concat(
			record.idSeed,
			Uint8Array.of(0, 0, 0, 5),
			record.prev0,
			Uint8Array.of(0, 0, 3, 232),
			Uint8Array.of(1, 0, 3, 1, 2, 3)
		);
		expect(encoded.subarray(0, specified.length)).toEqual(specified);
		expect(encoded.subarray(specified.length)).toEqual(concat(record.session, Uint8Array.of(9, 3, 65, 100, 97)));
	});

	test('takes twenty envelopes and no more', () => {
		const full = { ...record, unsent: Array.from({ length: 20 }, () => new Uint8Array(1364)) };
		expect(decodeRecord(encodeRecord(full)).unsent.length).toBe(20);
		expect(() => encodeRecord({ ...full, unsent: [...full.unsent, new Uint8Array(1364)] })).toThrow(/at most 20/);
	});

	test('names the newest 255 of those whom one has stopped sending to', async () => {
		const stopped = Array.from({ length: 300 }, (_, n) => n.toString(16).padStart(16, '0'));
		expect((await openRecord(key, await sealRecord(key, { ...record, stopped }, iv)))?.stopped).toEqual(stopped.slice(45));
	});

	test('is unreadable with another key, for another room, damaged, or cut', async () => {
		const sealed = await sealRecord(key, record, iv);
		expect(await openRecord({ ...key, resumeKey: new Uint8Array(32) }, sealed)).toBeNull();
		expect(await openRecord({ ...key, roomId: new Uint8Array(16) }, sealed)).toBeNull();
		for (const at of [0, 11, 12, 700, sealed.length - 1]) {
			expect(
				await openRecord(
					key,
					sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))
				)
			).toBeNull();
		}
		for (const size of [0, 12, 27, 28, sealed.length - 1]) expect(await openRecord(key, sealed.subarray(0, size))).toBeNull();
	});

	test('of another layout, under the right key, is no record: too short, too long, or with too many envelopes', async () => {
		const whole = encodeRecord(record);
		const many = whole.map((byte, i) => (i === 72 ? 21 : byte));
		for (const other of [whole.subarray(0, 40), concat(whole, Uint8Array.of(1)), concat(whole, Uint8Array.of(0, 0)), many])
			expect(await openRecord(key, await sealed(other))).toBeNull();
	});

	test('of a version that wrote down nobody whom one has stopped sending to, is read', async () => {
		expect(await openRecord(key, await sealed(encodeRecord(record)))).toEqual({ ...record, stopped: [] });
	});

	test('lies under a name that depends on the room and does not tell it', () => {
		const name = storageKeyOf(key.roomId);
		expect(name).toMatch(/^epr1\.me\.[0-9a-f]{16}$/);
		expect(name).not.toBe(storageKeyOf(new Uint8Array(16)));
		expect(name).not.toContain('0202');
	});
});
