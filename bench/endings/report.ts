/** What the endings gave, as a table in Markdown, beside what was wanted. Pure. */
import { number, table } from '../report.ts';
import { median } from '../statistics.ts';
import type { Creating } from './creating.ts';
import type { Ending, EndingScale } from './end-of-rooms.ts';

/** From then on nobody may come in: milliseconds after the end. */
const overMs = 1_000;
const wanted = { keysSeconds: 5, overSeconds: overMs / 1_000, rowsSeconds: 60, p99Ratio: 2, createMs: 10 } as const;

export type EndingRuns = { readonly endings: readonly Ending[]; readonly creating: readonly Creating[] };

export function formatEndings({ endings, creating }: EndingRuns, { rooms, messages, talkingRooms }: EndingScale): string {
	const of = (read: (ending: Ending) => number) => median(endings.map(read));
	const created = (read: (run: Creating) => number) => median(creating.map(read));
	const many = `${rooms.toLocaleString('en')} rooms of ${messages} messages end`;
	const ratio = of(({ before, during }) => during.p99Ms / before.p99Ms);
	return table(
		['what', 'number', 'measured', 'wanted', 'met'],
		[
			[many, 's until all keys are zeros', ...most(of(seconds('keysZeroMs')), wanted.keysSeconds)],
			['the same', 's until all are flushed, and no room has a row', ...most(of(seconds('roomsGoneMs')), wanted.keysSeconds)],
			[
				'the same',
				's until the last one was looked at or entered',
				...most(
					of((ending) => ending.tries.openMs / 1000),
					wanted.overSeconds
				)
			],
			[
				'the same',
				'tries after the end, let in',
				`${sumOf(endings, ({ tries }) => tries.after.tried)}, ${sumOf(endings, ({ tries }) => tries.after.open)}`,
				'',
				''
			],
			['the same', 's until all rows are gone', ...most(of(seconds('rowsGoneMs')), wanted.rowsSeconds)],
			[
				`${talkingRooms} rooms of 5 talk, before`,
				'ms to the acknowledgement, p99',
				number(of(({ before }) => before.p99Ms)),
				'',
				''
			],
			[
				'the same, from the end to the last row',
				'ms to the acknowledgement, p99',
				number(of(({ during }) => during.p99Ms)),
				'',
				''
			],
			['the same', 'during over before', ...most(ratio, wanted.p99Ratio)],
			['the same, before', 'acknowledged/s', number(of(({ before }) => before.perSecond)), '', ''],
			['the same, from the end to the last row', 'acknowledged/s', number(of(({ during }) => during.perSecond)), '', ''],
			[
				'the same',
				'messages lost, doubled',
				`${sumOf(endings, ({ lost }) => lost)}, ${sumOf(endings, ({ doubled }) => doubled)}`,
				'',
				''
			],
			[
				'a room is made',
				'ms, p50',
				...most(
					created(({ synced }) => synced.p50Ms),
					wanted.createMs
				)
			],
			['the same', 'ms, p99', number(created(({ synced }) => synced.p99Ms)), '', ''],
			['without the flush of its key', 'ms, p50', number(created(({ unsynced }) => unsynced.p50Ms)), '', ''],
			['the same', 'ms, p99', number(created(({ unsynced }) => unsynced.p99Ms)), '', ''],
			['with the flush over without', 'p50', number(created(({ synced, unsynced }) => synced.p50Ms / unsynced.p50Ms)), '', '']
		]
	);
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
function most(value: number, limit: number): readonly string[] {
	return [number(value), `≤ ${limit}`, value <= limit ? 'yes' : 'no'];
}

function sumOf(endings: readonly Ending[], read: (ending: Ending) => number): number {
	return endings.reduce((total, ending) => total + read(ending), 0);
}
