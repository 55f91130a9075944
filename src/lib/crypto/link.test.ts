import { ProtocolError } from '#protocol/errors';
import { codeLength } from '#protocol/invite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase32, encodeBase32, encodeCrockford } from './base32.ts';
import { decodeLink, encodeLink } from './link.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const byte0s = [0x10, 0x12, 0x14, 0x16, 0x18, 0x1a];
const links = fc.record({
	byte0: fc.constantFrom(...byte0s),
	secret: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes))
});

function codeOf(code: string): string {
	try {
		decodeLink(code);
		return 'OK';
	} catch (error) {
		return error instanceof ProtocolError ? error.code : String(error);
	}
}

describe('a link’s code', () => {
	test('reads back as what it was made of, in either letter case', () => {
		fc.assert(
			fc.property(links, (link) => {
				const code = encodeLink(link);
				expect(code).toMatch(/^[a-z2-7]{56}$/);
				expect(decodeLink(code)).toEqual(link);
				expect(decodeLink(code.toUpperCase())).toEqual(link);
			})
		);
	});

	test('with one other letter is refused, but for one chance in 65,536', () => {
		let accepted = 0;
		fc.assert(
			fc.property(links, fc.nat(codeLength - 1), fc.constantFrom(...alphabet), (link, at, letter) => {
				const code = encodeLink(link);
				if (code.charAt(at) === letter) return;
				const result = codeOf(code.slice(0, at) + letter + code.slice(at + 1));
				if (result === 'OK') accepted++;
			}),
			{ numRuns: 500 }
		);
		expect(accepted).toBeLessThan(3);
	});

	test.each([0, 0x02, 0x20, 0x32, 0xf0])('of another version, byte %i, says so', (byte0) => {
		expect(codeOf(encodeLink({ byte0, secret: new Uint8Array(32) }))).toBe('LINK_VERSION');
	});

	test.each([0x11, 0x13, 0x1c, 0x1e])('with a mode or bit that there is not, byte %i, is refused', (byte0) => {
		expect(codeOf(encodeLink({ byte0, secret: new Uint8Array(32) }))).toBe('LINK_FORMAT');
	});

	test.each([
		'',
		'a',
		'a'.repeat(55),
		'a'.repeat(57),
		'0'.repeat(56),
		'１'.repeat(56),
		`${'a'.repeat(55)} `,
		`${'a'.repeat(55)}=`,
		'😀'.repeat(28)
	])('of another form is refused: %j', (code) => {
		expect(codeOf(code)).toBe('LINK_FORMAT');
	});
});

describe('base32', () => {
	test('has the vectors of RFC 4648 in lower case', () => {
		const encode = (text: string): string => encodeBase32(new TextEncoder().encode(text));
		expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map(encode)).toEqual([
			'',
			'my',
			'mzxq',
			'mzxw6',
			'mzxw6yq',
			'mzxw6ytb',
			'mzxw6ytboi'
		]);
	});

	test('decoding undoes encoding for whole groups, and refuses other lengths and letters', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ minLength: 5, maxLength: 5 }), { maxLength: 10 }), (groups) => {
				const bytes = Uint8Array.from(groups.flatMap((group) => [...group]));
				expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
			})
		);
		expect([decodeBase32('abc'), decodeBase32('abcdefg1'), decodeBase32('abcdefg=')]).toEqual([null, null, null]);
	});

	test('Crockford’s has no letters that look like digits', () => {
		expect(encodeCrockford(Uint8Array.from({ length: 20 }, (_, i) => i * 13))).not.toMatch(/[ILOU]/);
		expect(encodeCrockford(Uint8Array.of(0xff, 0, 0, 0, 0x1f))).toBe('ZW00000Z');
	});
});
