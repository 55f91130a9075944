import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, equalBytes, fromHex, toHex, u16, u32, u64, u8, utf8, utf8Decode } from './bytes.ts';

test('numbers are written big-endian', () => {
	expect(toHex(concat(u8(1), u16(0x0203), u32(0x04050607), u64(0x08090a0b0c0d)))).toBe('010203040506070000' + '08090a0b0c0d');
	expect(toHex(u64(2 ** 53 - 1))).toBe('001fffffffffffff');
});

test('text that is not UTF-8 throws; a byte order mark stays', () => {
	for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
		expect(() => utf8Decode(Uint8Array.from(bytes))).toThrow(TypeError);
	}
	expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
});

test('text comes back from its bytes', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
			(text) => utf8Decode(utf8(text)) === text
		)
	);
});

describe('hex', () => {
	test('comes back from its bytes', () => {
		fc.assert(fc.property(fc.uint8Array(), (bytes) => equalBytes(fromHex(toHex(bytes)), bytes)));
	});

	test.each(['0', 'AB', '0g', ' 00', '00 ', '0x00'])('refuses %j', (text) => {
		expect(() => fromHex(text)).toThrow('hex: expected pairs');
	});
});

test('bytes are equal when every one of them is', () => {
	fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => equalBytes(a, b) === (toHex(a) === toHex(b))));
	expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
	expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});
