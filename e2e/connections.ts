/** What goes from browser to browser, as journeys look at it. */
import type { Page } from '@playwright/test';

/** Keeps the page's connections where the test can look at them: an init script. */
export function keepConnections(): void {
	const made: RTCPeerConnection[] = [];
	Reflect.set(globalThis, 'connections', made);
	const Native = globalThis.RTCPeerConnection;
	globalThis.RTCPeerConnection = class extends Native {
		constructor(configuration?: RTCConfiguration) {
			super(configuration);
			made.push(this);
		}
	};
}

/** Ends the one in use without a word to the page. */
export function breakConnection(page: Page): Promise<void> {
	return page.evaluate(() => {
		const made: RTCPeerConnection[] = Reflect.get(globalThis, 'connections');
		made.at(-1)?.close();
	});
}
