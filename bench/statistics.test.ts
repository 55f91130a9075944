import { expect, test } from 'vitest';
import { median, percentile } from './statistics.ts';

test('the median of three is the one in the middle, whatever their order', () => {
	expect(median([9, 1, 5])).toBe(5);
	expect(median([1, 9, 5])).toBe(5);
});

test('the median of an even count is the mean of the two in the middle', () => {
	expect(median([1, 2, 4, 100])).toBe(3);
});

test('a percentile is a value that was measured, by nearest rank', () => {
	const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
	expect(percentile(hundred, 0.5)).toBe(50);
	expect(percentile(hundred, 0.99)).toBe(99);
	expect(percentile(hundred, 1)).toBe(100);
	expect(percentile([7], 0.99)).toBe(7);
});

test('nothing measured is an error, not a zero', () => {
	expect(() => median([])).toThrow('got none');
	expect(() => percentile([], 0.5)).toThrow('got none');
});
