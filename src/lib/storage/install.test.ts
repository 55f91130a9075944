import { expect, test } from 'vitest';
import { mayOffer, readInstallMemo, unasked, writeInstallMemo } from './install.ts';
import { safeStorage } from './safe-storage.ts';

/** In memory alone. */
const emptyStorage = () =>
	safeStorage(() => {
		throw new DOMException('denied', 'SecurityError');
	});

test('what was written is read again, and more than two rooms are two', () => {
	const storage = emptyStorage();
	expect(readInstallMemo(storage)).toEqual(unasked);
	writeInstallMemo({ rooms: 7, offerFrom: 1_790_000_000_000 }, storage);
	expect(readInstallMemo(storage)).toEqual({ rooms: 2, offerFrom: 1_790_000_000_000 });
	writeInstallMemo({ rooms: 1, offerFrom: null }, storage);
	expect(readInstallMemo(storage)).toEqual({ rooms: 1, offerFrom: null });
});

test.for(['', '3 0', '2', '2 -1', '2 soon', '{"rooms":2}'])('%j is no memory of anything', (text) => {
	const storage = emptyStorage();
	storage.set('epr1.install', text);
	expect(readInstallMemo(storage)).toEqual(unasked);
});

test('it is offered from the second room on, not before its time, and never to who said never', () => {
	expect(mayOffer({ rooms: 1, offerFrom: 0 }, 5)).toBe(false);
	expect(mayOffer({ rooms: 2, offerFrom: 0 }, 5)).toBe(true);
	expect(mayOffer({ rooms: 2, offerFrom: 6 }, 5)).toBe(false);
	expect(mayOffer({ rooms: 2, offerFrom: 5 }, 5)).toBe(true);
	expect(mayOffer({ rooms: 2, offerFrom: null }, 5)).toBe(false);
});
