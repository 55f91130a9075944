import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { say, speech } from './say.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
	vi.runAllTimers();
	vi.useRealTimers();
});

test('sentences are said one after the other, and silence follows the last', () => {
	say('One.');
	say('Two.');
	expect(speech.text).toBe('One.');
	vi.advanceTimersToNextTimer();
	expect(speech.text).toBe('Two.');
	vi.advanceTimersToNextTimer();
	expect(speech.text).toBe('');
	say('Three.');
	expect(speech.text).toBe('Three.');
});

test('a sentence that still waits is not queued twice', () => {
	say('One.');
	say('Two.');
	say('Two.');
	vi.advanceTimersToNextTimer();
	vi.advanceTimersToNextTimer();
	expect(speech.text).toBe('');
});

test('what waits is dropped when the page is told to hush', () => {
	say('One.');
	say('Two.');
	speech.hush();
	expect(speech.text).toBe('');
	vi.advanceTimersToNextTimer();
	expect(speech.text).toBe('');
});
