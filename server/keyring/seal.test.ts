import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { deriveKek, seal, unseal } from './seal.ts';
import vectors from '../../src/lib/crypto/vectors/epr1.json' with { type: 'json' };

const find = (prefix: string) => vectors.vectors.find((vector) => vector.id.startsWith(prefix));
const hex = (text: string | undefined) => fromHex(text ?? '');
const s1 = find('S1-');
const k1 = find('K1-');
const keys = { epochKey: hex(s1?.epochKey), slotKey: hex(s1?.slotKey) };
const place = { roomId: hex(k1?.roomId), byte0: 0x10, epochHour: s1?.epochHour ?? 0 };
const contents = { shard: hex(k1?.shard), accessPub: hex(k1?.accessPub), shardTag: hex(k1?.shardTag) };
const sealed = hex(s1?.sealed);

test('vector S1: the key and the 108 bytes come out', () => {
	expect(toHex(deriveKek(keys, place.roomId))).toBe(s1?.kek);
	expect(toHex(seal(keys, place, contents, hex(s1?.iv)))).toBe(s1?.sealed);
});

test('what was sealed opens to the same', () => {
	const opened = unseal(keys, place, sealed);
	expect(opened).toEqual(contents);
	expect(unseal(keys, place, seal(keys, place, contents, randomBytes(12)))).toEqual(contents);
});

test('a seal opens with its own keys at its own place only', () => {
	const other = randomBytes(32);
	expect(unseal({ ...keys, epochKey: other }, place, sealed)).toBeNull();
	expect(unseal({ ...keys, slotKey: other }, place, sealed)).toBeNull();
	expect(unseal(keys, { ...place, roomId: randomBytes(16) }, sealed)).toBeNull();
	expect(unseal(keys, { ...place, byte0: 0x12 }, sealed)).toBeNull();
	expect(unseal(keys, { ...place, epochHour: place.epochHour + 1 }, sealed)).toBeNull();
});

test('no changed, shortened or lengthened seal opens', () => {
	for (let i = 0; i < sealed.length; i++) {
		const changed = new Uint8Array(sealed);
		changed[i] = (changed[i] ?? 0) ^ 1;
		expect(unseal(keys, place, changed), `byte ${i}`).toBeNull();
	}
	expect(unseal(keys, place, sealed.subarray(1))).toBeNull();
	expect(unseal(keys, place, new Uint8Array([...sealed, 0]))).toBeNull();
});

test("sealing and opening leave the caller's keys and contents alone", () => {
	const before = toHex(keys.epochKey) + toHex(keys.slotKey) + toHex(contents.shard);
	unseal(keys, place, seal(keys, place, contents, randomBytes(12)));
	expect(toHex(keys.epochKey) + toHex(keys.slotKey) + toHex(contents.shard)).toBe(before);
});
