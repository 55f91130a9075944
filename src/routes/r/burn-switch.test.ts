import { expect, test } from 'vitest';
import { chosen, closed, keptOf, switchAt, taken, tapped } from './burn-switch';

const off = switchAt(null);

test('one tap turns self-destruct on, and what is written then goes with it', () => {
	const open = tapped(off, 60);
	expect(open).toMatchObject({ value: 60, choosing: true });
	expect(taken(open)).toEqual(switchAt(60));
});

test('the flame opened and closed again leaves self-destruct as it was', () => {
	expect(tapped(tapped(off, 60), 60)).toEqual(off);
	expect(closed(tapped(off, 60))).toEqual(off);
	expect(keptOf(tapped(off, 60))).toBeNull();
	const set = switchAt(300);
	expect(tapped(tapped(set, 60), 60)).toEqual(set);
});

test('what was chosen stays, though it be what was offered', () => {
	for (const value of [60, 10, null] as const) {
		const after = chosen(tapped(off, 60), value);
		expect(after).toMatchObject({ value, choosing: true });
		expect(closed(after)).toEqual(switchAt(value));
	}
});

test('what was taken is set until it is turned off', () => {
	const set = taken(tapped(off, 60));
	expect(tapped(tapped(set, 10), 10)).toEqual(set);
	expect(chosen(set, null)).toEqual(off);
});
