import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EnvelopeHeader } from './envelope.ts';
import { envelopeSize, formatHeader, messageId, parseHeader, plainEnvelopeSize } from './envelope.ts';
import { ProtocolError } from './errors.ts';

const headers = fc.record<EnvelopeHeader>({
	kind: fc.constantFrom('content', 'control'),
	bucket: fc.constantFrom('S', 'L'),
	slots: fc.boolean()
});

function envelope(header: readonly number[], size: number): Uint8Array {
	const bytes = new Uint8Array(size);
	bytes.set(header);
	return bytes;
}

function codeOf(bytes: Uint8Array): string {
	try {
		parseHeader(bytes);
		return 'OK';
	} catch (error) {
		return error instanceof ProtocolError ? error.code : String(error);
	}
}

describe('an envelope’s header', () => {
	test('reads back as it was written, with the size that it says', () => {
		fc.assert(
			fc.property(headers, (header) => {
				expect(parseHeader(envelope([...formatHeader(header)], envelopeSize(header)))).toEqual(header);
			})
		);
	});

	test('has one of four sizes', () => {
		const sizes = (['S', 'L'] as const).flatMap((bucket) =>
			[false, true].map((slots) => envelopeSize({ kind: 'content', bucket, slots }))
		);
		expect(sizes).toEqual([1364, 2004, 16_468, 17_108]);
		expect(sizes[0]).toBe(plainEnvelopeSize);
	});

	test.each([
		['another version', [2, 0, 0, 0], 1364, 'ENV_VERSION'],
		['version 0', [0, 0, 0, 0], 1364, 'ENV_VERSION'],
		['a kind that there is not', [1, 2, 0, 0], 1364, 'ENV_HEADER'],
		['a bucket that there is not', [1, 0, 2, 0], 1364, 'ENV_HEADER'],
		['an fs that there is not', [1, 0, 0, 2], 1364, 'ENV_HEADER'],
		['a byte too few', [1, 0, 0, 0], 1363, 'ENV_LENGTH'],
		['a byte too many', [1, 0, 0, 0], 1365, 'ENV_LENGTH'],
		['the size of the other bucket', [1, 0, 1, 0], 1364, 'ENV_LENGTH'],
		['the size without slots', [1, 0, 0, 1], 1364, 'ENV_LENGTH'],
		['as it should be', [1, 1, 0, 0], 1364, 'OK']
	])('with %s', (_, header, size, result) => {
		expect(codeOf(envelope(header, size))).toBe(result);
	});

	test.each([0, 1, 2, 3])('of %i bytes is too short to say anything', (size) => {
		expect(codeOf(new Uint8Array(size).fill(1))).toBe('ENV_LENGTH');
	});

	test('refuses any bytes with a code', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => /^ENV_/.test(codeOf(bytes))));
	});
});

test('an envelope’s name at the server is the first half of its salt', () => {
	const bytes = Uint8Array.from({ length: 1364 }, (_, i) => i & 255);
	expect(messageId(bytes)).toEqual(Uint8Array.from({ length: 16 }, (_, i) => i + 4));
});
