/**
 * What another app has shared with this one, and half a message over a reload: in memory alone, since a disk keeps what is deleted.
 * Where a page goes meanwhile, the service worker holds it (src/sw.ts).
 */

/**
 * `room`: the name on this device of the kept room that it is for, or `null` for the one that this tab alone remembers: other tabs
 * know no name for that, so that nothing of it leaves this page.
 */
type Held = { readonly text: string; readonly room: string | null };

let held: Held | null = null;

/** What another app has sent, before a room was chosen. `null` when there is nothing, or nobody to hold it. */
export function takeShared(): Promise<string | null> {
	return askWorker({ take: 'shared' });
}

/** For a room that is entered on this page. */
export function holdFor(room: string | null, text: string): void {
	held = { room, text };
}

/** For a room that is entered on the next page. */
export function holdOver(room: string | null, text: string): void {
	if (text !== '' && room !== null && 'serviceWorker' in navigator)
		navigator.serviceWorker.controller?.postMessage({ hold: text, room });
}

/** What was held for this room. `null` when there is nothing. */
export async function takeHeld(room: string | null): Promise<string | null> {
	const here = held?.room === room ? held.text : null;
	if (here !== null) held = null;
	return here ?? (room === null ? null : askWorker({ take: 'held', room }));
}

function askWorker(question: object): Promise<string | null> {
	const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
	if (worker === null) return Promise.resolve(null);
	const { port1, port2 } = new MessageChannel();
	return new Promise((resolve) => {
		port1.onmessage = ({ data }: MessageEvent) => resolve(typeof data === 'string' && data !== '' ? data : null);
		worker.postMessage(question, [port2]);
	});
}
