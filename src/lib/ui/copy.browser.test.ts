import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyPassword, copyText, passwordStaysMs } from './copy.ts';

let clipboard = '';
let refuses = false;

beforeEach(() => {
	vi.useFakeTimers();
	refuses = false;
	vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((text) => {
		if (refuses) return Promise.reject(new DOMException('refused', 'NotAllowedError'));
		clipboard = text;
		return Promise.resolve();
	});
});
afterEach(async () => {
	refuses = false;
	await copyText('');
	vi.useRealTimers();
	vi.restoreAllMocks();
});

test('a copied password is taken back after a minute', async () => {
	expect(await copyPassword('four-random-words-here')).toBe(true);
	vi.advanceTimersByTime(passwordStaysMs - 1);
	expect(clipboard).toBe('four-random-words-here');
	vi.advanceTimersByTime(1);
	expect(clipboard).toBe('');
});

test('a copied password is taken back when the page goes', async () => {
	await copyPassword('four-random-words-here');
	dispatchEvent(new PageTransitionEvent('pagehide'));
	expect(clipboard).toBe('');
});

test('what was copied after the password stays', async () => {
	await copyPassword('four-random-words-here');
	await copyText('the link');
	vi.advanceTimersByTime(passwordStaysMs);
	expect(clipboard).toBe('the link');
});

test('a copy that the browser refused leaves the password to be taken back', async () => {
	await copyPassword('four-random-words-here');
	refuses = true;
	expect(await copyText('the link')).toBe(false);
	refuses = false;
	vi.advanceTimersByTime(passwordStaysMs);
	expect(clipboard).toBe('');
});
