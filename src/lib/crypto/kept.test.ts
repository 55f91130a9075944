import { concat, u32, u64, u8 } from '#protocol/bytes';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KeptKey, KeptRecord } from './kept.ts';
import { decodeKept, encodeKept, openKept, sealKept } from './kept.ts';
import { encodeRecord } from './resume.ts';

const filled = (size: number, byte: number) => new Uint8Array(size).fill(byte);
const iv = filled(12, 3);
const record: KeptRecord = {
	code: filled(35, 1),
	asks: false,
	pwKey: filled(32, 2),
	shard: filled(32, 3),
	shardTag: filled(16, 4),
	endsAt: 1_790_000_000_000,
	lastRead: 412,
	resume: {
		idSeed: filled(32, 5),
		seq0: 6,
		prev0: filled(32, 7),
		seq1: 1000,
		unsent: [filled(1364, 8)],
		session: filled(32, 9),
		author: { nick: 'Ada', colour: 10 },
		stopped: []
	},
	startedAt: 1_789_000_000_000,
	name: 'Nadia’s farewell'
};

function newKey(): Promise<CryptoKey> {
	return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

let key: KeptKey;
beforeAll(async () => {
	key = { deviceKey: await newKey(), localId: filled(16, 11) };
});

describe('the record of a kept room', () => {
	test.for([
		['with its key', record],
		['that asks for its password', { ...record, asks: true, pwKey: new Uint8Array(32), name: '' }]
	] as const)('%s opens to what was sealed', async ([, kept]) => {
		expect(await openKept(key, await sealKept(key, kept, iv))).toEqual(kept);
	});

	test('has the fields of the specification in their order, and ours behind them', () => {
		const { code, pwKey, shard, shardTag, endsAt, lastRead, resume } = record;
		const specified = concat(code, u8(0), pwKey, shard, shardTag, u64(endsAt), u32(lastRead), encodeRecord(resume));
		const encoded = encodeKept(record);
		expect(encoded.subarray(0, specified.length)).toEqual(specified);
		const name = new TextEncoder().encode(record.name);
		expect(encoded.subarray(specified.length)).toEqual(concat(u64(record.startedAt), u8(name.length), name));
		expect(encodeKept({ ...record, asks: true, pwKey: new Uint8Array(32) })[35]).toBe(1);
	});

	test('never holds a key beside a password that is asked for', () => {
		expect(() => encodeKept({ ...record, asks: true })).toThrow('a key beside a password');
	});

	test('is unreadable with another key, in another place, damaged, or cut', async () => {
		const sealed = await sealKept(key, record, iv);
		expect(await openKept({ ...key, deviceKey: await newKey() }, sealed)).toBeNull();
		expect(await openKept({ ...key, localId: filled(16, 12) }, sealed)).toBeNull();
		for (const at of [0, 11, 12, 700, sealed.length - 1]) {
			const damaged = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
			expect(await openKept(key, damaged)).toBeNull();
		}
		for (const size of [0, 12, 27, 28, sealed.length - 1]) expect(await openKept(key, sealed.slice(0, size))).toBeNull();
	});

	test('of another layout is no record: too short, too long, or with a flag that nobody knows', () => {
		const whole = encodeKept(record);
		const flagged = whole.map((byte, i) => (i === 35 ? 2 : byte));
		for (const other of [whole.slice(0, 40), concat(whole, u8(0)), flagged]) expect(() => decodeKept(other)).toThrow();
	});
});
