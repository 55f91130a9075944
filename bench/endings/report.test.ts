import { expect, test } from 'vitest';
import type { Ending, EndingScale } from './end-of-rooms.ts';
import { endingFaults, formatEndings } from './report.ts';

const heard = (p99Ms: number) => ({ perSecond: 1000, p50Ms: 1, p99Ms });
const ending: Ending = {
	keysZeroMs: 2_000,
	roomsGoneMs: 2_100,
	rowsGoneMs: 30_000,
	tries: { before: { tried: 5, open: 5 }, after: { tried: 7, open: 0 }, openMs: 3 },
	before: heard(40),
	during: heard(60),
	lost: 0,
	doubled: 0
};
const creating = { synced: { p50Ms: 3, p99Ms: 9 }, unsynced: { p50Ms: 2, p99Ms: 8 } };
const scale: EndingScale = {
	rooms: 10_000,
	messages: 20,
	talkingRooms: 50,
	leadSeconds: 30,
	warmSeconds: 2,
	beforeSeconds: 10
};
const table = (endings: readonly Ending[]) => formatEndings({ endings, creating: [creating] }, scale);

test('each mark stands beside the median of what was measured', () => {
	const text = table([ending, { ...ending, keysZeroMs: 9_000 }, { ...ending, rowsGoneMs: 61_000, during: heard(100) }]);
	expect(text).toContain('| 10,000 rooms of 20 messages end | s until all keys are zeros | 2.00 | ≤ 5 | yes |');
	expect(text).toContain('| s until all rows are gone | 30.00 | ≤ 60 | yes |');
	expect(text).toContain('| during over before | 1.50 | ≤ 2 | yes |');
	expect(text).toContain('| tries after the end, let in | 21, 0 |');
	expect(text).toContain('| a room is made | ms, p50 | 3.00 | ≤ 10 | yes |');
	expect(text).toContain('| with the flush over without | p50 | 1.50 |');
});

test('what never happened, and what took too long, is told as missed', () => {
	expect(table([{ ...ending, rowsGoneMs: null }])).toContain('| s until all rows are gone | never | ≤ 60 | no |');
	expect(table([{ ...ending, keysZeroMs: 5_001 }])).toContain('| s until all keys are zeros | 5.00 | ≤ 5 | no |');
});

test('a run that loses, doubles, leaves or lets in is at fault, and one that is only slow is not', () => {
	expect(endingFaults([ending, { ...ending, keysZeroMs: 60_000 }])).toBe(0);
	const open = { ...ending.tries, openMs: 1_001 };
	const closed = { ...ending.tries, before: { tried: 5, open: 4 } };
	for (const change of [
		{ lost: 1 },
		{ doubled: 1 },
		{ keysZeroMs: null },
		{ rowsGoneMs: null },
		{ tries: open },
		{ tries: closed }
	]) {
		expect(endingFaults([{ ...ending, ...change }])).toBe(1);
	}
});
