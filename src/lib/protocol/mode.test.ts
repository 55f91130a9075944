import { expect, test } from 'vitest';
import { formatByte0, modes, parseByte0, versionOf } from './mode.ts';

test('mode and password stand in the first byte as the specification says', () => {
	expect(modes.flatMap((mode) => [false, true].map((password) => formatByte0({ mode, password })))).toEqual([
		0x10, 0x12, 0x14, 0x16, 0x18, 0x1a
	]);
});

test('of all bytes six are a room', () => {
	const rooms = Array.from({ length: 256 }, (_, byte0) => byte0).filter((byte0) => parseByte0(byte0) !== null);
	expect(rooms).toEqual([0x10, 0x12, 0x14, 0x16, 0x18, 0x1a]);
	for (const byte0 of rooms) {
		const kind = parseByte0(byte0);
		expect(kind && formatByte0(kind)).toBe(byte0);
	}
});

test('another version is told apart from a damaged byte', () => {
	expect([versionOf(0x10), versionOf(0x1f), versionOf(0x22), versionOf(0)]).toEqual([1, 1, 2, 0]);
});
