/** What the tabs of this site tell each other about the rooms that stay on this device; never what is said in them. */

export type KeptWord =
	/** The list is another one. */
	| { readonly is: 'changed' }
	| { readonly is: 'unread'; readonly localId: string; readonly unread: number };

let channel: BroadcastChannel | null = null;

/** `null` in a browser without: then each tab knows what it has seen itself. */
function tabs(): BroadcastChannel | null {
	if (channel === null && 'BroadcastChannel' in globalThis) channel = new BroadcastChannel('epr1.kept');
	return channel;
}

export function sayKept(word: KeptWord): void {
	tabs()?.postMessage(word);
}

/** Returns the function that ends it. */
export function hearKept(listener: (word: KeptWord) => void): () => void {
	const heard = tabs();
	if (heard === null) return () => undefined;
	// Whoever posts here is this site itself.
	const hear = (event: MessageEvent) => listener(event.data as KeptWord);
	heard.addEventListener('message', hear);
	return () => heard.removeEventListener('message', hear);
}
