import { expect, test } from 'vitest';
import { Acks } from './acks.ts';
import { Unheard, unheardMs } from './unheard.ts';
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

test('who left without naming a message, or has not named it within a minute, may not have it, until they do name it', () => {
	const unheard = new Unheard();
	const missed = (now: number) => [...unheard.missed(now)];
	unheard.add(letter(1, 'bo', 'cy'), 0);
	unheard.add(letter(2, 'cy'), 1000);
	expect(missed(unheardMs - 1)).toEqual([]);
	unheard.left('bo');
	expect(missed(0)).toEqual([['m1', ['bo']]]);
	expect(missed(unheardMs + 1000)).toEqual([
		['m1', ['bo', 'cy']],
		['m2', ['cy']]
	]);
	unheard.heard('cy', 1);
	expect(missed(unheardMs + 1000)).toEqual([
		['m1', ['bo']],
		['m2', ['cy']]
	]);
	unheard.heard('bo', 9);
	unheard.heard('cy', 9);
	expect(missed(unheardMs + 1000)).toEqual([]);
});

test('what nobody reads is not held', () => {
	const unheard = new Unheard();
	unheard.add(letter(1), 0);
	expect(seqs(unheard, 0)).toEqual([]);
});

test('one word for whatever came within a second or two, and none where something else was said', () => {
	let words = 0;
	const planned: { readonly run: () => void; readonly ms: number }[] = [];
	const later = (run: () => void, ms: number) => void planned.push({ run, ms });
	const acks = new Acks({ ack: () => words++, draw: () => 500, later });
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
});
