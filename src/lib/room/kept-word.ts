/** What the tabs of this site tell each other about the rooms that stay on this device; never what is said in them. */

/** Messages that were erased, unsent, with a room that has ended. `name`: `null` of one that can't be read here any more. */
export type Lost = { readonly name: string | null; readonly count: number };

export type KeptWord =
	/** The list is another one. */
	| { readonly is: 'changed' }
	| { readonly is: 'unread'; readonly localId: string; readonly unread: number }
	| { readonly is: 'lost'; readonly lost: Lost }
	/** Somebody goes in: whoever speaks in it for nobody stops. */
	| { readonly is: 'entering'; readonly localId: string };

type Listener = (word: KeptWord) => void;

const listeners = new Set<Listener>();
let channel: BroadcastChannel | null = null;

/** `null` in a browser without: then each tab knows what it has seen itself. */
function tabs(): BroadcastChannel | null {
	if (channel !== null || !('BroadcastChannel' in globalThis)) return channel;
	channel = new BroadcastChannel('epr1.kept');
	// Whoever posts here is this site itself.
	channel.onmessage = (event: MessageEvent) => tell(event.data as KeptWord);
	return channel;
}

function tell(word: KeptWord): void {
	for (const listener of listeners) listener(word);
}

/** To the other tabs. */
export function sayKept(word: KeptWord): void {
	tabs()?.postMessage(word);
}

/** To every tab, this one too. */
export function sayEverywhere(word: KeptWord): void {
	tell(word);
	sayKept(word);
}

export function sayEntering(localId: string): void {
	sayEverywhere({ is: 'entering', localId });
}

/** Returns the function that ends it. */
export function hearKept(listener: Listener): () => void {
	tabs();
	listeners.add(listener);
	return () => void listeners.delete(listener);
}
