/** What the endings gave, as a table in Markdown, beside what was wanted. Pure. */
import { number, table } from '../report.ts';
import { median } from '../statistics.ts';
import type { Creating } from './creating.ts';
import type { Ending, EndingScale } from './end-of-rooms.ts';

/** From then on nobody may come in: milliseconds after the end. */
const overMs = 1_000;
const wanted = { keysSeconds: 5, overSeconds: overMs / 1_000, rowsSeconds: 60, p99Ratio: 2, createMs: 10 } as const;

export type EndingRuns = { readonly endings: readonly Ending[]; readonly creating: readonly Creating[] };

type Cells = readonly string[];

export function formatEndings({ endings, creating }: EndingRuns, scale: EndingScale): string {
	const rows = [...endingRows(endings, scale), ...talkRows(endings, scale), ...creatingRows(creating)];
	return table(['what', 'number', 'measured', 'wanted', 'met'], rows);
}

function endingRows(endings: readonly Ending[], { rooms, messages }: EndingScale): readonly Cells[] {
	const of = (read: (ending: Ending) => number) => median(endings.map(read));
	const what = `${rooms.toLocaleString('en')} rooms of ${messages} messages end`;
	const tried = sumOf(endings, ({ tries }) => tries.after.tried);
	const open = sumOf(endings, ({ tries }) => tries.after.open);
	const openMs = of(({ tries }) => tries.openMs);
	return [
		[what, 's until all keys are zeros', ...atMost(of(seconds('keysZeroMs')), wanted.keysSeconds)],
		['the same', 's until all are flushed, and no room has a row', ...atMost(of(seconds('roomsGoneMs')), wanted.keysSeconds)],
		['the same', 's until the last one was looked at or entered', ...atMost(openMs / 1_000, wanted.overSeconds)],
		['the same', 'tries after the end, let in', ...plain(`${tried}, ${open}`)],
		['the same', 's until all rows are gone', ...atMost(of(seconds('rowsGoneMs')), wanted.rowsSeconds)]
	];
}

function talkRows(endings: readonly Ending[], { talkingRooms }: EndingScale): readonly Cells[] {
	const of = (read: (ending: Ending) => number) => median(endings.map(read));
	const before = `${talkingRooms} rooms of 5 talk, before`;
	const during = 'the same, from the end to the last row';
	const faults = `${sumOf(endings, ({ lost }) => lost)}, ${sumOf(endings, ({ doubled }) => doubled)}`;
	return [
		[before, 'ms to the acknowledgement, p99', ...plain(number(of((ending) => ending.before.p99Ms)))],
		[during, 'ms to the acknowledgement, p99', ...plain(number(of((ending) => ending.during.p99Ms)))],
		[
			'the same',
			'during over before',
			...atMost(
				of((ending) => ending.during.p99Ms / ending.before.p99Ms),
				wanted.p99Ratio
			)
		],
		[before, 'acknowledged/s', ...plain(number(of((ending) => ending.before.perSecond)))],
		[during, 'acknowledged/s', ...plain(number(of((ending) => ending.during.perSecond)))],
		['the same', 'messages lost, doubled', ...plain(faults)]
	];
}

function creatingRows(creating: readonly Creating[]): readonly Cells[] {
	const of = (read: (run: Creating) => number) => median(creating.map(read));
	return [
		[
			'a room is made',
			'ms, p50',
			...atMost(
				of(({ synced }) => synced.p50Ms),
				wanted.createMs
			)
		],
		['the same', 'ms, p99', ...plain(number(of(({ synced }) => synced.p99Ms)))],
		['without the flush of its key', 'ms, p50', ...plain(number(of(({ unsynced }) => unsynced.p50Ms)))],
		['the same', 'ms, p99', ...plain(number(of(({ unsynced }) => unsynced.p99Ms)))],
		['with the flush over without', 'p50', ...plain(number(of(({ synced, unsynced }) => synced.p50Ms / unsynced.p50Ms)))]
	];
}

/** Messages lost or doubled, runs that left keys or rows, and tries that were let in a second after the end. */
export function endingFaults(endings: readonly Ending[]): number {
	const isLeft = ({ keysZeroMs, roomsGoneMs, rowsGoneMs }: Ending) => [keysZeroMs, roomsGoneMs, rowsGoneMs].includes(null);
	const isOpen = ({ tries }: Ending) => tries.openMs > overMs || tries.before.open < tries.before.tried;
	return sumOf(endings, (ending) => ending.lost + ending.doubled + Number(isLeft(ending)) + Number(isOpen(ending)));
}

/** What never happened took for ever. */
function seconds(name: 'keysZeroMs' | 'roomsGoneMs' | 'rowsGoneMs'): (ending: Ending) => number {
	return (ending) => (ending[name] ?? Infinity) / 1000;
}

/** The cells `measured`, `wanted` and `met`. */
function atMost(value: number, limit: number): Cells {
	return [value === Infinity ? 'never' : number(value), `≤ ${limit}`, value <= limit ? 'yes' : 'no'];
}

/** The same for what has no mark. */
function plain(measured: string): Cells {
	return [measured, '', ''];
}

function sumOf(endings: readonly Ending[], read: (ending: Ending) => number): number {
	return endings.reduce((total, ending) => total + read(ending), 0);
}
