/** What another app has shared with this one: the service worker holds it in memory until a page asks for it (src/sw.ts). */

/** `null` when there is nothing, or nobody to hold it. */
export function takeShared(): Promise<string | null> {
	const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
	if (worker === null) return Promise.resolve(null);
	const { port1, port2 } = new MessageChannel();
	return new Promise((resolve) => {
		port1.onmessage = ({ data }: MessageEvent) => resolve(typeof data === 'string' && data !== '' ? data : null);
		worker.postMessage('take what was shared', [port2]);
	});
}

/** For the next page that asks: of a room that is entered anew. */
export function holdShared(text: string): void {
	navigator.serviceWorker.controller?.postMessage({ shared: text });
}
