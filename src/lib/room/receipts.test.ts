import { expect, test } from 'vitest';
import { Receipts } from './receipts.ts';
import { Thread } from './thread.ts';
import type { MessageItem } from './view.ts';

const person = { fp: 'me', tag: 'T', nick: 'Ada', colour: 0, namesake: false };
const own = (seq: number): MessageItem => ({
	...{ kind: 'message', id: `own ${seq}`, seq, person, own: true, time: 0, text: `line ${seq}`, state: 'sent' },
	...{ clockOff: false, late: false, equivocal: false, fresh: false }
});

test('beside a message stand the names of those who may not have it, as long as that is so', () => {
	const thread = new Thread();
	let missed = new Map<string, readonly string[]>();
	const nameOf = (mid: string) => mid.replace('m', 'own ');
	const receipts = new Receipts({ relaying: { missed: () => missed }, thread, nameOf, nickOf: (fp) => `nick of ${fp}` });
	for (const seq of [1, 2]) thread.putMessage(own(seq));
	const shown = () => {
		receipts.look();
		return [1, 2].map((seq) => thread.message(`own ${seq}`)?.missedBy ?? []);
	};
	expect(shown()).toEqual([[], []]);
	// One of them has burned, or was cleared from the screen.
	missed = new Map([
		['m1', ['bo', 'cy']],
		['m7', ['bo']]
	]);
	expect(shown()).toEqual([['nick of bo', 'nick of cy'], []]);
	const items = thread.items();
	receipts.look();
	expect(thread.items()).toBe(items);
	missed = new Map([['m1', ['cy']]]);
	expect(shown()).toEqual([['nick of cy'], []]);
	missed = new Map();
	expect(shown()).toEqual([[], []]);
});
