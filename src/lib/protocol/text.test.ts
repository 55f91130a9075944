import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countCodePoints, isNick, isRoomName, measureText } from './text.ts';

/** Vector U1: nicknames that are taken and nicknames that are not, the same in every client. */
const taken = [
	'a',
	'Ada',
	'Ada Lovelace',
	'ADA',
	'x'.repeat(24),
	'😀',
	'😀'.repeat(16),
	'Grüße',
	'é',
	'Ñandú',
	'Åsa',
	'Łukasz',
	'Ольга',
	'Ελένη',
	'名前',
	'さくら',
	'가나다',
	'مريم',
	'שרה',
	'नेहा',
	'ไทย',
	'1',
	'42',
	'-',
	'_',
	'.',
	'!',
	'@ada',
	'#1',
	'a b',
	' a',
	'a ',
	' ',
	'<b>',
	'&amp;',
	'"',
	"'",
	'\\',
	'/',
	'O’Neil',
	'naïve',
	'🏳️‍🌈'.replace(/\u200d/g, ''),
	'\u00a0',
	'\u3000',
	'a\u0328\u0301'.normalize('NFC'),
	'\u2014',
	'𝒜𝒹𝒶',
	'ﬁ',
	'①'
];
const refused = [
	'',
	'x'.repeat(25),
	'😀'.repeat(17),
	'é'.repeat(25),
	'e\u0301',
	'A\u030a',
	'\u1100\u1161',
	'\u212b',
	'\u0000',
	'a\u0000b',
	'a\tb',
	'a\nb',
	'a\rb',
	'\u001b[31m',
	'a\u007f',
	'\u0080',
	'a\u0085b',
	'\u009f',
	'a\u061cb',
	'a\u200bb',
	'a\u200cb',
	'a\u200db',
	'a\u200eb',
	'a\u200fb',
	'a\u202ab',
	'a\u202bb',
	'a\u202cb',
	'a\u202db',
	'a\u202eb',
	'a\u2060b',
	'a\u2061b',
	'a\u2064b',
	'a\u2065b',
	'a\u2066b',
	'a\u2067b',
	'a\u2068b',
	'a\u2069b',
	'\ufeffa',
	'a\ufeff',
	'🏳️\u200d🌈',
	'漢'.repeat(22),
	'ж'.repeat(25),
	'𝒜'.repeat(17)
];

describe('a nickname', () => {
	test.each(taken)('%j is taken', (nick) => {
		expect(isNick(nick)).toBe(true);
	});

	test.each(refused)('%j is refused', (nick) => {
		expect(isNick(nick)).toBe(false);
	});

	test('has sixty cases at least', () => {
		expect(taken.length + refused.length).toBeGreaterThanOrEqual(60);
	});
});

describe('a room’s name', () => {
	test('may be empty and has forty code points at most', () => {
		expect([isRoomName(''), isRoomName('x'.repeat(40)), isRoomName('😀'.repeat(40)), isRoomName('x'.repeat(41))]).toEqual([
			true,
			true,
			true,
			false
		]);
	});

	test('keeps the nickname’s rules', () => {
		expect([isRoomName('a\u202eb'), isRoomName('e\u0301'), isRoomName('a\nb')]).toEqual([false, false, false]);
	});
});

describe('a message is measured', () => {
	test('in code points', () => {
		expect(measureText('x'.repeat(200))).toEqual({ codePoints: 200, bytes: 200, fits: true, left: 0 });
		expect(measureText('x'.repeat(201))).toMatchObject({ fits: false, left: -1 });
		expect(measureText('👩‍👩‍👧‍👦').codePoints).toBe(7);
	});

	test('in bytes where these are nearer', () => {
		expect(measureText('😀'.repeat(200))).toEqual({ codePoints: 200, bytes: 800, fits: true, left: 0 });
		expect(measureText('é'.repeat(190)).left).toBe(10);
	});

	test('so that it fits exactly when nothing is over', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 260 }), (text) => {
				const { fits, left, codePoints } = measureText(text);
				expect(fits).toBe(left >= 0);
				expect(codePoints).toBe([...text].length);
			})
		);
	});
});

test('a code point is counted once, whatever it takes to write it', () => {
	expect(['', 'a', '😀', 'é', 'e\u0301'].map(countCodePoints)).toEqual([0, 1, 1, 1, 2]);
});
