import { describe, expect, test } from 'vitest';
import { loadDictionaries, measureStrength } from './strength.ts';

const dictionaries = await loadDictionaries();
const rate = (password: string): string => {
	const { level, reason, tooShort } = measureStrength(password, dictionaries);
	return `${level} ${reason}${tooShort ? ' short' : ''}`;
};

describe('the meter', () => {
	test.each(['password', 'PassWord', 'Password1', 'qwertyuiop', 'iloveyou', 'football', 'ｐａｓｓｗｏｒｄ'])(
		'refuses %s as leaked',
		(password) => {
			expect(rate(password)).toBe('1 leaked');
		}
	);

	test('says of short ones that they are short, whatever else they are', () => {
		expect(rate('123456')).toBe('1 leaked short');
		expect(rate('J8#kq!2')).toMatch(/^[12] weak short$/);
	});

	test.each(['aaaaaaaaaaaa', 'abcdefghij', 'qwertyuiop123', 'sunshine sunshine'])('calls %s too easy', (password) => {
		expect(rate(password)).toBe('1 weak');
	});

	test.each(['Summer2026!', 'my dog likes', 'abacus-zombie'])('calls %s weak', (password) => {
		expect(rate(password)).toBe('2 weak');
	});

	test.each(['J8#kq!2vLm', 'my dog likes to eat', 'abacus zombie abdomen'])('calls %s good', (password) => {
		expect(rate(password)).toBe('3 good');
	});

	test('calls four words of the list strong, and says that it is the words', () => {
		expect(rate('abacus-zoom-abdomen-zombie')).toBe('4 words');
	});

	test.each(['vT9$kq!2vLm#x8Qz', 'abacus zoom abdomen zombie'])('calls %s strong', (password) => {
		expect(rate(password)).toBe('4 long');
	});

	test('does not take a word said four times for four words', () => {
		expect(rate('abacus-abacus-abacus-abacus')).toMatch(/^[12] weak$/);
	});

	test('knows the 10,000 most common and no more', () => {
		expect(dictionaries.leaked.size).toBeGreaterThan(9900);
		expect(dictionaries.leaked.size).toBeLessThanOrEqual(10_000);
	});

	test('looks no further than 64 letters, since the time grows faster than the length', () => {
		const looked: number[] = [];
		const check = (password: string) => {
			looked.push(password.length);
			return dictionaries.check(password);
		};
		measureStrength('a1'.repeat(64), { ...dictionaries, check });
		expect(looked).toEqual([64]);
	});
});
