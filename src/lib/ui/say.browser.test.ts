import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { say, speech } from './say.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
	vi.runAllTimers();
	vi.useRealTimers();
});

/** Each sentence has a silence after it. */
function nextSentence(): void {
	vi.advanceTimersToNextTimer();
	expect(speech.text).toBe('');
	vi.advanceTimersToNextTimer();
}

test('sentences are said one after the other, with a silence after each', () => {
	say('One.');
	say('Two.');
	expect(speech.text).toBe('One.');
	nextSentence();
	expect(speech.text).toBe('Two.');
	nextSentence();
	expect(speech.text).toBe('');
	say('Three.');
	expect(speech.text).toBe('Three.');
});

test('the same words are said as often as they were written', () => {
	say('Fox: Yes.');
	say('Fox: Yes.');
	expect(speech.text).toBe('Fox: Yes.');
	nextSentence();
	expect(speech.text).toBe('Fox: Yes.');
});

test('what waits is dropped when the page is told to hush', () => {
	say('One.');
	say('Two.');
	speech.hush();
	expect(speech.text).toBe('');
	vi.advanceTimersToNextTimer();
	expect(speech.text).toBe('');
});
