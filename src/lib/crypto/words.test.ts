import { describe, expect, test } from 'vitest';
import { loadWords } from './strength.ts';
import { drawWords, isWordPhrase, splitWords } from './words.ts';

const list = await loadWords();
const known = new Set(list);
/** Gives out these 16-bit numbers one after the other. */
const numbers = (...values: number[]) => {
	const left = [...values];
	return () => {
		const value = left.shift() ?? 0;
		return Uint8Array.of(value >> 8, value & 255);
	};
};

test('the list has 7,776 different words', () => {
	expect([list.length, known.size]).toEqual([7776, 7776]);
});

describe('words are drawn', () => {
	test('four at a time, joined by dashes', () => {
		expect(drawWords(list, numbers(0, 1, 2, 7775))).toBe(`${list[0]}-${list[1]}-${list[2]}-${list[7775]}`);
	});

	test('again when a number would favour the first words', () => {
		const lastFair = 8 * 7776 - 1;
		expect(drawWords(list, numbers(lastFair, lastFair + 1, 0xffff, 0, 0, 0))).toBe(
			`${list[7775]}-${list[0]}-${list[0]}-${list[0]}`
		);
	});

	test('each with the same chance', () => {
		const small = ['a', 'b', 'c', 'd', 'e'];
		const counts = new Map<string, number>();
		for (let i = 0; i < 4000; i++) {
			for (const word of drawWords(small, (size) => crypto.getRandomValues(new Uint8Array(size))).split('-')) {
				counts.set(word, (counts.get(word) ?? 0) + 1);
			}
		}
		// 16,000 draws, 3,200 expected, standard deviation 51.
		for (const word of small) expect(Math.abs((counts.get(word) ?? 0) - 3200)).toBeLessThan(300);
	});
});

describe('a phrase of four words is known', () => {
	test('with words that have a dash themselves', () => {
		expect(splitWords('yo-yo-abacus-drop-down-zoom', known)).toEqual(['yo-yo', 'abacus', 'drop-down', 'zoom']);
		expect(isWordPhrase('yo-yo-abacus-drop-down-zoom', known)).toBe(true);
	});

	test('by its words and their number', () => {
		expect(isWordPhrase('abacus-abdomen-abide-ability', known)).toBe(true);
		expect(isWordPhrase('abacus-abdomen-abide', known)).toBe(false);
		expect(isWordPhrase('abacus-abdomen-abide-sotto', known)).toBe(false);
		expect(isWordPhrase('abacus-abacus-abacus-abacus', known)).toBe(false);
		expect(isWordPhrase('', known)).toBe(false);
	});
});
