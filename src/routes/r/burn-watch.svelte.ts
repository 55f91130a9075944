/** What happens on the screen when something on it burns: a sentence when it was open, and another place for the focus (UX.md §7, §8). */
import { t } from '$lib/i18n/room';
import { say } from '$lib/ui/say.svelte';
import { untrack } from 'svelte';
import { countGone } from './rows';
import type { Row } from './rows';

export type BurnWatchPorts = {
	readonly rows: () => readonly Row[];
	/** Key of the row in which the focus is; `null` when it is elsewhere. */
	readonly focused: () => string | null;
	/** Ids of messages that were opened here; what has burned is taken out. */
	readonly opened: Set<string>;
	/** The row's own messages, or the one after it when it has none left. */
	readonly refocus: (index: number, isEmpty: boolean) => void;
};

/** Call once while a component is made. */
export function watchBurns({ rows, focused, opened, refocus }: BurnWatchPorts): void {
	let drawn: readonly Row[] = [];
	let stoodOn: Row | undefined;
	// The button under the focus is gone once the page has changed.
	$effect.pre(() => {
		rows();
		const key = focused();
		stoodOn = drawn.find((row) => row.key === key);
	});
	$effect(() => {
		const now = rows();
		drawn = now;
		const at = now.findIndex((row) => row.key === stoodOn?.key);
		const [before, after] = [stoodOn, now[at]];
		if (before && after && countGone(after) > countGone(before))
			refocus(at, after.kind === 'group' && countGone(after) === after.messages.length);
		// It still holds the words.
		stoodOn = undefined;
		untrack(() => sayGone(now, opened));
	});
}

function sayGone(rows: readonly Row[], opened: Set<string>): void {
	if (opened.size === 0) return;
	const gone = rows
		.flatMap((row) => (row.kind === 'group' ? row.messages : []))
		.filter(({ burn, id }) => burn?.gone && opened.has(id));
	for (const { id } of gone) {
		opened.delete(id);
		say(t.burn.goneSpoken);
	}
}
