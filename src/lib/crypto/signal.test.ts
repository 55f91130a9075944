import { utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reader } from './reader.ts';
import type { Signal } from './signal.ts';
import { decodeSignal, encodeSignal, signalSubs } from './signal.ts';

const callId = Uint8Array.from({ length: 16 }, (_, i) => i);
const signal = (change: Partial<Signal> = {}): Signal => ({
	callId,
	to: '0011223344556677',
	sub: 'offer',
	data: 'v=0',
	...change
});

function codeOf(run: () => unknown): string {
	try {
		run();
		return 'OK';
	} catch (error) {
		return error instanceof ProtocolError ? error.code : String(error);
	}
}

test('call, recipient, sub and data stand in this order', () => {
	const bytes = encodeSignal(signal({ sub: 'candidate', data: 'ab' }));
	expect([...bytes]).toEqual([...callId, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 3, 0x61, 0x62]);
	expect(signalSubs.map((sub) => encodeSignal(signal({ sub, data: '' }))[24])).toEqual([1, 2, 3, 4]);
});

test('reads back as it was written', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom(...signalSubs), (data, sub) => {
			expect(decodeSignal(new Reader(encodeSignal(signal({ sub, data }))))).toEqual(signal({ sub, data }));
		})
	);
});

test('a description has 15,000 bytes at most, and a candidate 800', () => {
	const of = (sub: Signal['sub'], size: number) => codeOf(() => encodeSignal(signal({ sub, data: 'x'.repeat(size) })));
	expect([of('offer', 15_000), of('offer', 15_001), of('answer', 15_001)]).toEqual(['OK', 'TEXT_LENGTH', 'TEXT_LENGTH']);
	expect([of('candidate', 800), of('candidate', 801)]).toEqual(['OK', 'TEXT_LENGTH']);
	const head = encodeSignal(signal({ sub: 'candidate', data: '' }));
	const long = new Uint8Array([...head, ...utf8('x'.repeat(801))]);
	expect(codeOf(() => decodeSignal(new Reader(long)))).toBe('TEXT_LENGTH');
});

test('what is cut off, or no text, is refused; a sub of a later version is ignored', () => {
	const bytes = encodeSignal(signal({ data: '' }));
	expect(codeOf(() => decodeSignal(new Reader(bytes.slice(0, 24))))).toBe('BODY_SHORT');
	expect(codeOf(() => decodeSignal(new Reader(new Uint8Array([...bytes, 0xff]))))).toBe('UTF8');
	for (const sub of [0, 5]) expect(decodeSignal(new Reader(bytes.map((byte, i) => (i === 24 ? sub : byte))))).toBeNull();
});
