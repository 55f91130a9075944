import type { MessageItem, NoteItem, ThreadItem } from '$lib/room/view';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveredIn, countGone, grewAtStart, saysState, seamOf, toRows } from './rows';
import type { DayOf, Row } from './rows';

const minute = 60_000;
const day = 24 * 60 * minute;
const utcDay: DayOf = (time) => ({ start: time - (time % day), end: time - (time % day) + day });
const fox = { fp: 'aa', tag: 'AAAAAA', nick: 'Amber Fox', colour: 1, namesake: false };
const moon = { ...fox, fp: 'bb', nick: 'Paper Moon' };

function message(seq: number, time: number, person = fox, state: MessageItem['state'] = 'received'): MessageItem {
	const flags = { clockOff: false, late: false, equivocal: false, fresh: false };
	return {
		kind: 'message',
		id: `m${seq}`,
		seq,
		person,
		own: state !== 'received',
		time: time * minute,
		text: `text ${seq}`,
		state,
		...flags
	};
}
const note: NoteItem = { kind: 'note', id: 'n', time: 2 * minute, note: { is: 'you-came' } };

function shape(items: readonly ThreadItem[]): string[] {
	return toRows(items, undefined, utcDay).map((row) =>
		row.kind === 'group' ? row.messages.map((each) => each.seq).join('+') : row.kind
	);
}

test('one sender within three minutes of the message before is one group', () => {
	expect(shape([message(1, 1), message(2, 4), message(3, 7.1), message(4, 7.2, moon)])).toEqual(['1+2', '3', '4']);
});

test('a note stands between groups of the same sender', () => {
	expect(shape([message(1, 1), note, message(2, 3)])).toEqual(['1', 'note', '2']);
});

test('a new name of the same sender begins a group', () => {
	expect(shape([message(1, 1), message(2, 1, { ...fox, nick: 'Calm Wren' })])).toEqual(['1', '2']);
});

test('each day but the first has its line, and a day breaks a group', () => {
	expect(shape([message(1, 1439), message(2, 1441)])).toEqual(['1', 'day', '2']);
});

test('a monologue is cut, so that no row holds a thousand bubbles', () => {
	const all = Array.from({ length: 100 }, (_, index) => message(index + 1, 1));
	expect(Math.max(...toRows(all).map((row) => (row.kind === 'group' ? row.messages.length : 0)))).toBe(16);
});

test('whatever comes before them, the rows that stand there stay as they are', () => {
	const gaps = fc.array(fc.constantFrom(0, 1, 2, 5, 900), { minLength: 2, maxLength: 120 });
	const notes = fc.array(fc.boolean(), { minLength: 120, maxLength: 120 });
	fc.assert(
		fc.property(gaps, notes, fc.array(fc.nat(119), { maxLength: 4 }), (given, isNote, pages) => {
			let now = 0;
			const items = given.map((gap, index) => {
				now += gap;
				return isNote[index] && index % 5 === 0 ? { ...note, id: `n${index}`, time: now * minute } : message(index, now);
			});
			const seams = new Set<string>();
			let rows: readonly Row[] = [];
			for (const from of [...pages, 0].toSorted((one, other) => other - one)) {
				const seam = seamOf(rows);
				if (seam !== undefined) seams.add(seam);
				const next = toRows(items.slice(from), seams, utcDay);
				expect(next.slice(next.length - rows.length)).toEqual(rows);
				rows = next;
			}
		})
	);
});

test('growing at the start is told apart from growing at the end', () => {
	const rows = toRows([message(3, 10), message(4, 20)], undefined, utcDay);
	expect(grewAtStart(rows, toRows([message(2, 1), message(3, 10), message(4, 20)], undefined, utcDay))).toBe(true);
	expect(grewAtStart(rows, toRows([message(3, 10), message(4, 20), message(5, 30)], undefined, utcDay))).toBe(false);
	expect(grewAtStart([], rows)).toBe(false);
});

test('the state stands under the last of a run, and under every failed message', () => {
	const run = [
		message(1, 1, fox, 'sent'),
		message(2, 1, fox, 'sent'),
		message(3, 1, fox, 'failed'),
		message(4, 1, fox, 'failed'),
		message(0, 1, fox, 'sending')
	];
	expect(run.map((_, index) => saysState(run, index))).toEqual([false, true, true, true, true]);
	expect(saysState([message(1, 1)], 0)).toBe(false);
});

test('what somebody may not have is told apart from what they have, and said once for all that they may not have', () => {
	const sent = (seq: number, ...missedBy: readonly string[]) => ({ ...message(seq, 1, fox, 'sent'), missedBy });
	const run = [message(1, 1, fox, 'sent'), sent(2, 'Bo'), sent(3, 'Bo'), sent(4, 'Bo', 'Cy'), sent(5)];
	expect(run.map((_, index) => saysState(run, index))).toEqual([true, false, true, true, true]);
});

test('of a message that has burned no state is said, and the one before it keeps its own', () => {
	const burn = { seconds: 10, at: null, differs: false, gone: true } as const;
	const run = [message(1, 1, fox, 'sent'), { ...message(2, 1, fox, 'sent'), text: '', burn }];
	expect(run.map((_, index) => saysState(run, index))).toEqual([true, false]);
});

test('what others send to burn is covered until it is opened or gone', () => {
	const burn = { seconds: 10, at: 5, differs: false, gone: false } as const;
	const rows = toRows(
		[message(1, 1), { ...message(2, 1), burn }, { ...message(3, 1), burn: { ...burn, gone: true } }],
		undefined,
		utcDay
	);
	const [group] = rows;
	expect(coveredIn(group, new Set())?.seq).toBe(2);
	expect(coveredIn(group, new Set(['m2']))).toBeUndefined();
	expect(coveredIn(toRows([{ ...message(4, 1, fox, 'sent'), burn }], undefined, utcDay)[0], new Set())).toBeUndefined();
	expect(group && countGone(group)).toBe(1);
});

test('of ten thousand items none is lost among the rows', () => {
	const items = Array.from({ length: 10_000 }, (_, index) => message(index + 1, index));
	const shown = toRows(items).flatMap((row) => (row.kind === 'group' ? row.messages : []));
	expect(shown).toHaveLength(10_000);
});
