import { expect, test } from 'vitest';
import { markPassed, MessageSpeech, PeopleSpeech } from './speech';
import type { Later } from './speech';

function stage() {
	const said: string[] = [];
	let due: (() => void)[] = [];
	const later: Later = (then) => {
		due.push(then);
		return () => {
			due = due.filter((each) => each !== then);
		};
	};
	const wait = (): void => {
		const now = due;
		due = [];
		for (const then of now) then();
	};
	return { said, later, wait, say: (text: string) => said.push(text) };
}

function messages(lines: readonly string[]): string[] {
	const { said, later, wait, say } = stage();
	const speech = new MessageSpeech({ say, later, count: (count) => `${count} new` });
	for (const line of lines) speech.add(line);
	wait();
	return said;
}

test('up to three messages in two seconds are each read', () => {
	expect(messages(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
});

test('of more than three in two seconds the first is read and the rest counted', () => {
	expect(messages(['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['a', '5 new']);
});

test('what follows a reading within two seconds waits as well, and counts with it', () => {
	const { said, later, wait, say } = stage();
	const speech = new MessageSpeech({ say, later, count: (count) => `${count} new` });
	for (const line of ['a', 'b', 'c']) speech.add(line);
	wait();
	for (const line of ['d', 'e']) speech.add(line);
	expect(said).toEqual(['a', 'b', 'c']);
	wait();
	expect(said).toEqual(['a', 'b', 'c', '2 new']);
});

test('after two quiet seconds the next message is read at once', () => {
	const { said, later, wait, say } = stage();
	const speech = new MessageSpeech({ say, later, count: String });
	speech.add('a');
	wait();
	speech.add('b');
	expect(said).toEqual(['a', 'b']);
});

test('nothing is read after the room was left', () => {
	const { said, later, wait, say } = stage();
	const speech = new MessageSpeech({ say, later, count: String });
	speech.add('a');
	speech.add('b');
	speech.close();
	wait();
	expect(said).toEqual(['a']);
});

test('people are read at most once in ten seconds, and merged', () => {
	const { said, later, wait, say } = stage();
	const speech = new PeopleSpeech({ say, later, sentence: (nicks, came) => `${nicks.join('+')} ${came ? 'came' : 'left'}.` });
	speech.add([{ nick: 'Fox', came: true }]);
	speech.add([{ nick: 'Moon', came: true }]);
	speech.add([
		{ nick: 'Fox', came: false },
		{ nick: 'Wren', came: true }
	]);
	expect(said).toEqual(['Fox came.']);
	wait();
	expect(said).toEqual(['Fox came.', 'Moon+Wren came. Fox left.']);
	wait();
	speech.add([{ nick: 'Wren', came: false }]);
	expect(said.length).toBe(3);
});

test('each mark before the end is passed once, and a late look tells only the nearest', () => {
	expect(markPassed(601_000, 600_000)).toBe(600_000);
	expect(markPassed(600_000, 599_000)).toBe(null);
	expect(markPassed(700_000, 90_000)).toBe(120_000);
	expect(markPassed(31_000, 29_500)).toBe(30_000);
	expect(markPassed(31_000, 0)).toBe(null);
});
