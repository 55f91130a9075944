import { utf8Decode } from '#protocol/bytes';
import { expect, test } from 'vitest';
import { encodePassword, isTooShort, passwordCost } from './password.ts';

/** What is typed on one device and on another must be the same bytes: vector Y1. */
const normalised: readonly [string, string][] = [
	['plain words', 'plain words'],
	[' not trimmed ', ' not trimmed '],
	['CaSe StAyS', 'CaSe StAyS'],
	['Ｐａsswörd ①', 'Passwörd 1'],
	['e\u0301', 'é'],
	['é', 'é'],
	['a\u0308', 'ä'],
	['\u212bngström', 'Ångström'],
	['\u2126', 'Ω'],
	['ﬁne', 'fine'],
	['½', '1⁄2'],
	['x²', 'x2'],
	['…', '...'],
	['\u00a0', ' '],
	['\u3000wide space', ' wide space'],
	['ｶﾞ', 'ガ'],
	['가', '가'],
	['\u1100\u1161', '가'],
	['ϓ', 'Ύ'],
	['😀 stays', '😀 stays']
];

test.each(normalised)('%j is read as %j', (typed, read) => {
	expect(utf8Decode(encodePassword(typed))).toBe(read);
});

test('the list has twenty strings', () => {
	expect(normalised.length).toBe(20);
});

test('one to 128 code points after normalisation are a password', () => {
	expect(encodePassword('😀'.repeat(128)).length).toBe(512);
	expect(encodePassword('e\u0301'.repeat(128)).length).toBe(256);
	for (const password of ['', '😀'.repeat(129), 'ﬁ'.repeat(65)])
		expect(() => encodePassword(password)).toThrow('PASSWORD_LENGTH');
});

test('a new password has eight code points at least, as they are after normalisation', () => {
	expect(isTooShort('1234567')).toBe(true);
	expect(isTooShort('12345678')).toBe(false);
	expect(isTooShort('😀'.repeat(7))).toBe(true);
	expect(isTooShort('e\u0301'.repeat(7))).toBe(true);
	expect(isTooShort('ﬁﬁﬁﬁ')).toBe(false);
});

test('the cost of a guess is what the specification says', () => {
	expect(passwordCost).toEqual({ m: 65_536, t: 3, p: 1 });
});
