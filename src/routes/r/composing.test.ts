import { expect, test } from 'vitest';
import { fewLeft, sendsOn, showsLeft } from './composing';
import type { PressedKey } from './composing';

const enter: PressedKey = {
	key: 'Enter',
	shiftKey: false,
	altKey: false,
	ctrlKey: false,
	metaKey: false,
	isComposing: false,
	keyCode: 13
};

test('Enter sends, and Shift with Enter breaks the line', () => {
	expect(sendsOn(enter, true)).toBe(true);
	expect(sendsOn({ ...enter, shiftKey: true }, true)).toBe(false);
});

test('with the setting off only Ctrl or Cmd with Enter sends', () => {
	expect(sendsOn(enter, false)).toBe(false);
	expect(sendsOn({ ...enter, ctrlKey: true }, false)).toBe(true);
	expect(sendsOn({ ...enter, metaKey: true }, false)).toBe(true);
});

test('the Enter that ends an input method’s composition never sends', () => {
	expect(sendsOn({ ...enter, isComposing: true }, true)).toBe(false);
	expect(sendsOn({ ...enter, keyCode: 229 }, true)).toBe(false);
});

test('no other key sends', () => {
	expect(sendsOn({ ...enter, key: 'a', ctrlKey: true }, true)).toBe(false);
});

test('what is left is shown from a hundred on', () => {
	expect(showsLeft(101)).toBe(false);
	expect(showsLeft(100)).toBe(true);
	expect(showsLeft(-3)).toBe(true);
});

test('a room says that few messages are left at a tenth, and at five', () => {
	expect([fewLeft(44, 50), fewLeft(45, 50), fewLeft(899, 1000), fewLeft(900, 1000)]).toEqual([false, true, false, true]);
});
