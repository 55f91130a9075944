import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateProgress } from './progress.ts';

const ms = fc.double({ min: 0, max: 1e7, noNaN: true });
const expected = fc.double({ min: 1, max: 1e5, noNaN: true });

test('progress never goes back and never says that it is done', () => {
	fc.assert(
		fc.property(ms, ms, expected, (a, b, time) => {
			const [early, late] = [estimateProgress(Math.min(a, b), time), estimateProgress(Math.max(a, b), time)];
			expect(early).toBeGreaterThanOrEqual(0);
			expect(late).toBeLessThan(1);
			expect(early).toBeLessThanOrEqual(late);
		})
	);
});

test('progress is at nine tenths when the expected time is over', () => {
	expect(estimateProgress(1000, 1000)).toBeCloseTo(0.9);
	expect(estimateProgress(500, 1000)).toBeCloseTo(0.45);
	expect(estimateProgress(1001, 1000)).toBeCloseTo(0.9, 2);
});
