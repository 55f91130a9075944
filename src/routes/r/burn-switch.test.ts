import { expect, test } from 'vitest';
import { chosen, closed, keptOf, switchAt, taken, tapped } from './burn-switch';

const off = switchAt(null);

test('one tap turns self-destruct on, and what is written then goes with it', () => {
	const open = tapped(off, 60);
	expect(open).toMatchObject({ value: 60, choosing: true });
	expect(taken(open)).toEqual(switchAt(60));
});

test('the flame opened and closed again leaves self-destruct as it was', () => {
	expect(closed(tapped(off, 60), true)).toEqual(off);
	expect(keptOf(tapped(off, 60))).toBeNull();
	const set = switchAt(300);
	expect(closed(tapped(set, 60), true)).toEqual(set);
});

test('with words in the composer what was offered and told is kept when the choices close', () => {
	expect(closed(tapped(off, 60), false)).toEqual(switchAt(60));
	expect(closed(chosen(tapped(off, 60), null), false)).toEqual(off);
});

test('what was chosen stays, though it be what was offered', () => {
	for (const value of [60, 10, null] as const) {
		const after = chosen(tapped(off, 60), value);
		expect(after).toMatchObject({ value, choosing: true });
		expect(closed(after, true)).toEqual(switchAt(value));
	}
});

test('what was taken is set until it is turned off', () => {
	const set = taken(tapped(off, 60));
	expect(closed(tapped(set, 10), true)).toEqual(set);
	expect(chosen(set, null)).toEqual(off);
});
