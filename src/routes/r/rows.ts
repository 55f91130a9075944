/**
 * From the room's items to what stands in the list: days, groups, notes. Pure. When older items come before them all rows stay as they
 * are, so that the list knows their heights: the day of the first item stands above the list, and older messages join no group.
 */
import type { MessageItem, NoteItem, ThreadItem } from '$lib/room/view';

export type GroupRow = {
	readonly kind: 'group';
	readonly key: string;
	/** Never empty. */
	readonly messages: readonly [MessageItem, ...MessageItem[]];
};

export type Row =
	| GroupRow
	| { readonly kind: 'day'; readonly key: string; readonly time: number }
	| { readonly kind: 'note'; readonly key: string; readonly item: NoteItem }
	| { readonly kind: 'unread'; readonly key: string; readonly time: number };

const groupGapMs = 3 * 60_000;
/** A monologue is cut at every sixteenth number of the server, so that one row never holds a thousand bubbles. */
const groupCut = 16;

function belongs(before: MessageItem, message: MessageItem): boolean {
	return (
		before.person.fp === message.person.fp &&
		before.person.nick === message.person.nick &&
		before.person.colour === message.person.colour &&
		message.time - before.time <= groupGapMs &&
		(message.seq === 0 || message.seq % groupCut !== 0)
	);
}

/** The local midnight before a time, and the one after it; unix ms. */
export type DayOf = (time: number) => { readonly start: number; readonly end: number };

export const localDay: DayOf = (time) => {
	const day = new Date(time);
	day.setHours(0, 0, 0, 0);
	const start = day.getTime();
	day.setDate(day.getDate() + 1);
	return { start, end: day.getTime() };
};

/** Order is the items' own; a day's line stands wherever the day of two neighbours differs. `seams`: ids that begin a group. */
export function toRows(
	items: readonly ThreadItem[],
	seams: ReadonlySet<string> = new Set(),
	dayOf: DayOf = localDay
): readonly Row[] {
	const rows: Row[] = [];
	let day: ReturnType<DayOf> | null = null;
	let open: MessageItem[] | null = null;
	for (const item of items) {
		if (day === null || item.time < day.start || item.time >= day.end) {
			const isFirst = day === null;
			day = dayOf(item.time);
			if (!isFirst) rows.push({ kind: 'day', key: `day ${day.start} ${item.id}`, time: day.start });
			open = null;
		}
		const before: MessageItem | undefined = open?.[open.length - 1];
		if (item.kind === 'message' && open && before && !seams.has(item.id) && belongs(before, item)) {
			open.push(item);
			continue;
		}
		open = null;
		if (item.kind === 'message') {
			const messages: [MessageItem] = [item];
			open = messages;
			rows.push({ kind: 'group', key: item.id, messages });
		} else if (item.kind === 'note') rows.push({ kind: 'note', key: item.id, item });
		else rows.push({ kind: 'unread', key: item.id, time: item.time });
	}
	return rows;
}

/** What would begin a group of its own if older messages came before it; `undefined` while there is no message. */
export function seamOf(rows: readonly Row[]): string | undefined {
	return rows.find((row) => row.kind === 'group')?.key;
}

/** Whether `next` is `before` with older rows in front of it, so that the list must keep its distance from the end. */
export function grewAtStart(before: readonly Row[], next: readonly Row[]): boolean {
	const last = before[before.length - 1];
	if (last === undefined || next.length <= before.length) return false;
	return next[next.length - 1]?.key === last.key;
}

/** The first message of a group that is still covered. */
export function coveredIn(row: Row | undefined, opened: ReadonlySet<string>): MessageItem | undefined {
	return row?.kind === 'group' ? row.messages.find((message) => isCovered(message, opened)) : undefined;
}

export function isCovered({ id, own, burn }: MessageItem, opened: ReadonlySet<string>): boolean {
	return !own && burn?.gone === false && !opened.has(id);
}

/** Messages of a row that have burned. */
export function countGone(row: Row): number {
	return row.kind === 'group' ? row.messages.filter((message) => message.burn?.gone).length : 0;
}

/** The state is said under the last of neighbours that share it; a failed one speaks for itself, and of a burned one nothing is said. */
export function saysState(messages: readonly MessageItem[], index: number): boolean {
	const message = messages[index];
	if (message?.own !== true || message.burn?.gone === true) return false;
	const next = messages[index + 1];
	const isShared = next?.state === message.state && missedBy(next) === missedBy(message);
	return message.state === 'failed' || next?.burn?.gone === true || !isShared;
}

/** Names that stand beside its state. */
function missedBy(message: MessageItem): string {
	return message.missedBy?.join('\n') ?? '';
}
