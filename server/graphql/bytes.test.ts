import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url } from '#protocol/base64url';
import { formatBytes, parseBytes } from './bytes.ts';

test('bytes come back as they went, and as the protocol writes them', () => {
	fc.assert(
		fc.property(fc.uint8Array(), (bytes) => {
			expect(formatBytes(bytes)).toBe(encodeBase64url(bytes));
			expect([...parseBytes(formatBytes(bytes))]).toEqual([...bytes]);
		})
	);
});

test('a text is taken exactly when the protocol takes it', () => {
	const taken = (parse: () => unknown) => {
		try {
			parse();
			return true;
		} catch {
			return false;
		}
	};
	const letters = fc.constantFrom('A', 'B', '-', '_', '+', '/', '=', ' ', 'é', '9');
	fc.assert(
		fc.property(fc.string({ unit: letters, maxLength: 9 }), (text) => {
			expect(taken(() => parseBytes(text))).toBe(taken(() => decodeBase64url(text)));
		})
	);
});
