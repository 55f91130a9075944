import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

describe('base64url', () => {
	test('agrees with Node’s, both ways', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
				const text = encodeBase64url(bytes);
				expect(text).toBe(Buffer.from(bytes).toString('base64url'));
				expect(decodeBase64url(text)).toEqual(bytes);
			})
		);
	});

	test('has one encoding for each value: whatever decodes is what encoding gives', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,12}$/), (text) => {
				let bytes;
				try {
					bytes = decodeBase64url(text);
				} catch (error) {
					expect(String(error)).toMatch(/^Error: base64url: /);
					return;
				}
				expect(encodeBase64url(bytes)).toBe(text);
			}),
			{ numRuns: 500 }
		);
	});

	test.each(['AB=', 'AA==', 'A+A', 'A/A', 'A A', 'AA\n', ' AAA', 'ÄAAA', 'A😀A', 'AAA.'])(
		'refuses other characters: %j',
		(text) => {
			expect(() => decodeBase64url(text)).toThrow('unexpected character');
		}
	);

	test.each(['A', 'AAAAA', 'AAAAAAAAA'])('refuses a length that no bytes have: %j', (text) => {
		expect(() => decodeBase64url(text)).toThrow('impossible length');
	});

	test.each(['AB', 'A_', 'AAB', 'AA_', 'AAAAAB'])('refuses trailing bits that are not zero: %j', (text) => {
		expect(() => decodeBase64url(text)).toThrow('trailing bits');
	});

	test('never says what it was given', () => {
		expect(() => decodeBase64url('secret!')).toThrow(/^base64url: unexpected character at 6$/);
	});
});
