import { codeAlphabet, codeSize, foldCode, formatCode, isCode } from '#protocol/codes';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksOut, makeAccount } from './account.ts';
import { hash } from './suite.ts';
import file from './vectors/epr1.json';

const found = file.vectors.find((vector) => vector.id === 'N1-account');
if (found?.account === undefined || found.random === undefined) throw new Error('no vector N1');
const n1 = { random: found.random, account: found.account, hash: found.hash };

const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
const codes = bytes.map((drawn) => makeAccount(() => new Uint8Array(drawn)));
const places = fc.integer({ min: 0, max: codeSize - 1 });
const letters = fc.constantFrom(...codeAlphabet);
const notLetters = fc
	.string({ unit: 'grapheme', minLength: 1, maxLength: 3 })
	.filter((text) => !isCode(foldCode(text).repeat(16)));

/** Ways in which people write one character of a code. */
const hands: Readonly<Record<string, readonly string[]>> = { '0': ['0', 'O', 'o'], '1': ['1', 'I', 'i', 'L', 'l'] };
const between = fc.constantFrom('', '', '-', ' ', ' - ', '–', '—', '‑', '−', '_', '\u00a0', '\u200b', '\n');
const waysToWrite = (code: string) =>
	fc
		.tuple(
			...[...code].map((letter) =>
				fc.tuple(fc.constantFrom(...(hands[letter] ?? [letter, letter.toLowerCase()])), between).map((pair) => pair.join(''))
			)
		)
		.map((parts) => parts.join(''));

describe('an account', () => {
	test('is made from random bytes as the vector says, and hashes as it says', () => {
		const code = makeAccount((size) => {
			expect(size).toBe(10);
			return fromHex(n1.random);
		});
		expect(code).toBe(n1.account);
		expect(toHex(hash(concat(utf8('epr/1/acct-hash'), utf8(code))))).toBe(n1.hash);
	});

	test('is 16 characters of the alphabet that check out, whatever is drawn', () => {
		fc.assert(
			fc.property(codes, (code) => {
				expect(isCode(code)).toBe(true);
				expect(checksOut('account', code)).toBe(true);
			})
		);
	});

	test('leaves the last five of the 80 bits out', () => {
		fc.assert(
			fc.property(bytes, fc.integer({ min: 0, max: 31 }), (drawn, low) => {
				const other = new Uint8Array(drawn);
				other[9] = ((drawn[9] ?? 0) & 0b1110_0000) | low;
				expect(makeAccount(() => other)).toBe(makeAccount(() => new Uint8Array(drawn)));
			})
		);
	});
});

describe('a typo', () => {
	test('in the check character is always seen', () => {
		fc.assert(
			fc.property(codes, letters, (code, letter) => {
				fc.pre(letter !== code.at(-1));
				expect(checksOut('account', code.slice(0, -1) + letter)).toBe(false);
			})
		);
	});

	test('anywhere is seen but for about one in 32', () => {
		let seen = 0;
		const tries = fc.sample(fc.tuple(codes, places, letters), { numRuns: 4000, seed: 1 });
		const wrong = tries.filter(([code, place, letter]) => code.charAt(place) !== letter);
		for (const [code, place, letter] of wrong) {
			if (!checksOut('account', code.slice(0, place) + letter + code.slice(place + 1))) seen++;
		}
		expect(seen / wrong.length).toBeGreaterThan(1 - 2 / 32);
	});

	test('by length, or with another alphabet, never checks out', () => {
		fc.assert(
			fc.property(codes, places, notLetters, (code, place, text) => {
				expect(checksOut('account', code.slice(0, place))).toBe(false);
				expect(checksOut('account', `${code}0`)).toBe(false);
				expect(checksOut('account', foldCode(code.slice(0, place) + text + code.slice(place + 1)))).toBe(false);
			})
		);
	});
});

test('a voucher is no account: its check character has a label of its own', () => {
	const body = n1.account.slice(0, -1);
	const [first = 0] = hash(utf8('epr/1/voucher'), utf8(body));
	const voucher = body + codeAlphabet.charAt(first >> 3);
	expect(checksOut('voucher', voucher)).toBe(true);
	expect(checksOut('account', voucher)).toBe(voucher === n1.account);
	const both = fc.sample(codes, { numRuns: 640, seed: 2 }).filter((code) => checksOut('voucher', code));
	expect(both.length).toBeLessThan(640 / 8);
});

describe('what people type', () => {
	test('folds to the code however it is written', () => {
		fc.assert(
			fc.property(
				codes.chain((code) => fc.tuple(fc.constant(code), waysToWrite(code))),
				([code, written]) => {
					expect(foldCode(written)).toBe(code);
				}
			)
		);
	});

	test('folds to the same when it is folded again, and shows in four groups that fold back', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 30 }), (typed) => {
				expect(foldCode(foldCode(typed))).toBe(foldCode(typed));
			})
		);
		fc.assert(
			fc.property(codes, (code) => {
				expect(formatCode(code)).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
				expect(foldCode(formatCode(code))).toBe(code);
			})
		);
	});
});
