import { expect, test } from 'vitest';
import { Acks } from './acks.ts';
import { lateMs, Unheard, unheardMs } from './unheard.ts';
import type { PassedOn } from './unheard.ts';

const letter = (seq: number, ...readers: readonly string[]): PassedOn => ({
	mid: `m${seq}`,
	envelope: new Uint8Array([seq]),
	seq,
	readers
});
const seqs = (unheard: Unheard, now: number) => unheard.due(now).map(({ seq }) => seq);

test('a message is held until every one of its readers has named it, or a later one', () => {
	const unheard = new Unheard();
	unheard.add(letter(1, 'bo', 'cy'), 0);
	unheard.add(letter(2, 'bo'), 0);
	unheard.heard('bo', 1);
	expect(seqs(unheard, 1)).toEqual([1, 2]);
	unheard.heard('cy', 7);
	expect(seqs(unheard, 1)).toEqual([2]);
	unheard.heard('bo', 2);
	expect(seqs(unheard, 1)).toEqual([]);
});

test('who has left is waited for no longer, and nobody for longer than a minute', () => {
	const unheard = new Unheard();
	unheard.add(letter(1, 'bo'), 0);
	unheard.add(letter(2, 'bo', 'cy'), 1000);
	unheard.left('bo');
	expect(seqs(unheard, unheardMs + 999)).toEqual([2]);
	expect(seqs(unheard, unheardMs + 1000)).toEqual([]);
});

test('who left without naming a message, or has not named it within twelve seconds, may not have it, until they do name it', () => {
	const unheard = new Unheard();
	const missed = (now: number) => [...unheard.missed(now)];
	unheard.add(letter(1, 'bo', 'cy'), 0);
	unheard.add(letter(2, 'cy'), 1000);
	expect(missed(lateMs - 1)).toEqual([]);
	expect(missed(lateMs)).toEqual([['m1', ['bo', 'cy']]]);
	unheard.left('bo');
	expect(missed(0)).toEqual([['m1', ['bo']]]);
	expect(missed(lateMs + 1000)).toEqual([
		['m1', ['bo', 'cy']],
		['m2', ['cy']]
	]);
	expect(missed(unheardMs + 1000)).toEqual(missed(lateMs + 1000));
	unheard.heard('cy', 1);
	expect(missed(unheardMs + 1000)).toEqual([
		['m1', ['bo']],
		['m2', ['cy']]
	]);
	unheard.heard('bo', 9);
	unheard.heard('cy', 9);
	expect(missed(unheardMs + 1000)).toEqual([]);
});

test('who is back on another page has lost what was sealed for the one before, whatever they name from there', () => {
	const unheard = new Unheard();
	unheard.add(letter(1, 'bo', 'cy'), 0);
	unheard.add(letter(2, 'bo', 'cy'), 0);
	unheard.heard('bo', 1);
	unheard.anew('bo');
	expect(seqs(unheard, 1)).toEqual([1, 2]);
	unheard.heard('cy', 9);
	unheard.heard('bo', 9);
	expect(seqs(unheard, 1)).toEqual([]);
	expect([...unheard.missed(1)]).toEqual([['m2', ['bo']]]);
});

test('what nobody reads is not held', () => {
	const unheard = new Unheard();
	unheard.add(letter(1), 0);
	expect(seqs(unheard, 0)).toEqual([]);
});

test('one word for whatever came within a second or two, and none where something else was said', async () => {
	let words = 0;
	const planned: { readonly run: () => void; readonly ms: number }[] = [];
	const later = (run: () => void, ms: number) => void planned.push({ run, ms });
	let [isHidden, now] = [false, 0];
	const acks = new Acks({ ack: () => words++, draw: () => 500, later, isHidden: () => isHidden, now: () => now });
	const runNext = () => planned.shift()?.run();
	acks.heard();
	acks.heard();
	expect(planned.map(({ ms }) => ms)).toEqual([1500]);
	runNext();
	expect(words).toBe(1);
	acks.heard();
	acks.said();
	runNext();
	expect(words).toBe(1);
	// Where nobody looks timers wait: then it is said at once, and not for each of many.
	[isHidden, now] = [true, 5000];
	acks.heard();
	acks.heard();
	await Promise.resolve();
	expect([words, planned.length]).toEqual([2, 0]);
	acks.heard();
	await Promise.resolve();
	expect([words, planned.length]).toEqual([2, 1]);
});
