import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rows } from './rows.ts';

test('ranges that touch or overlap become one', () => {
	const rows = new Rows();
	rows.add({ from: 5, to: 7 });
	rows.add({ from: 1, to: 2 });
	expect(rows.covers({ from: 1, to: 7 })).toBe(false);
	expect(rows.missing({ from: 1, to: 9 })).toEqual({ from: 8, to: 9 });
	expect(rows.missing({ from: 1, to: 7 })).toEqual({ from: 3, to: 4 });
	rows.add({ from: 3, to: 4 });
	expect(rows.covers({ from: 1, to: 7 })).toBe(true);
	expect([rows.endOf(1), rows.endOf(9), rows.last]).toEqual([7, 8, 7]);
});

test('ranges say of every number what a plain set of numbers says', () => {
	const range = fc
		.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 8 }))
		.map(([from, size]) => ({ from, to: from + size - 1 }));
	fc.assert(
		fc.property(fc.array(range, { maxLength: 12 }), range, (ranges, asked) => {
			const rows = new Rows();
			const plain = new Set<number>();
			for (const { from, to } of ranges) {
				rows.add({ from, to });
				for (let row = from; row <= to; row++) plain.add(row);
			}
			const numbers = Array.from({ length: asked.to - asked.from + 1 }, (_, n) => asked.from + n);
			const absent = numbers.filter((row) => !plain.has(row));
			expect(rows.covers(asked)).toBe(absent.length === 0);
			const missing = rows.missing(asked);
			expect(missing?.to ?? null).toBe(absent.at(-1) ?? null);
			if (missing !== null) for (let row = missing.from; row <= missing.to; row++) expect(absent).toContain(row);
		})
	);
});
