/** Background Sync, where the browser has it: it wakes the service worker when there is a network, and that the pages that are open. */

/** What src/sw.ts says to them. */
const word = 'online';

/** Returns the function that ends it. */
export function watchWaking(): () => void {
	if (!('serviceWorker' in navigator)) return () => undefined;
	const hear = ({ data }: MessageEvent) => {
		if (data === word) dispatchEvent(new Event('online'));
	};
	navigator.serviceWorker.addEventListener('message', hear);
	return () => navigator.serviceWorker.removeEventListener('message', hear);
}
