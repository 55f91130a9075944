import { expect, test } from 'vitest';
import { withoutDue } from './eye-rows';

const row = { seq: 4, arrivedAt: 1000, size: 1364, ciphertext: 'AAAA', burnAt: 61_000, seen: { nick: 'Ada' } };

test('a row whose time passes while it lies here loses its bytes, and nothing is claimed of the server', () => {
	expect(withoutDue([row], 60_999)).toEqual([row]);
	// Its size stays: a size of 0 would say that the server has burned it.
	expect(withoutDue([row], 61_000)).toEqual([{ seq: 4, arrivedAt: 1000, size: 1364, burnAt: 61_000 }]);
});

test('rows that nothing happens to stay the same array', () => {
	const rows = [row, { ...row, seq: 5, size: 0 }];
	expect(withoutDue(rows, 0)).toBe(rows);
	const once = withoutDue(rows, 70_000);
	expect(withoutDue(once, 70_000)).toBe(once);
});
