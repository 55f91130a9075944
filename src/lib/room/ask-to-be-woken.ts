/** Something waits and there is no network: docs/PROTOCOL.md §15. Nothing is sent without an open page. */

/** What src/sw.ts listens for. */
const tag = 'epr1.send';

/** TypeScript's DOM doesn't know it, and not every browser has it: there the page itself hears of the network. */
type Sync = { register(tag: string): Promise<void> };

export async function askToBeWoken(): Promise<void> {
	if (navigator.onLine || !('serviceWorker' in navigator)) return;
	const registration = await navigator.serviceWorker.getRegistration();
	const sync = registration && (Reflect.get(registration, 'sync') as Sync | undefined);
	await sync?.register(tag);
}
