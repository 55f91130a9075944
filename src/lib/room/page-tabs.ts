/** The tabs of this site that are in one kept room. */
import type { Tabs, TabWord } from './follow.ts';

const channelOf = (localId: string) => new BroadcastChannel(`epr1.kept.${localId}`);

/** From a page that is not in the room. */
export function tellTabs(localId: string, word: TabWord): void {
	const channel = channelOf(localId);
	channel.postMessage(word);
	channel.close();
}

/** `localId`: the room's name on this device. Without the API each is alone, and only one is let in. */
export function pageTabs(localId: string): Tabs {
	if (!('BroadcastChannel' in globalThis)) return { say: () => undefined, hear: () => () => undefined };
	const channel = channelOf(localId);
	const listeners = new Set<(word: TabWord) => void>();
	channel.onmessage = (event: MessageEvent) => {
		// Whoever posts here is this site itself.
		for (const listener of listeners) listener(event.data as TabWord);
	};
	return {
		say: (word) => channel.postMessage(word),
		hear: (listener) => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		}
	};
}
