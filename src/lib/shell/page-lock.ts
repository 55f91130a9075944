/** What tells the service worker (src/sw.ts) which version an open page is of: a lock, which goes with the page whatever ends it. */

/** Before the path of the script that the page began with; each version of the app has its own (scripts/finish-build.ts). */
export const pageLock = 'epr1.page ';

/** Until the page goes. */
export function holdPageLock(): void {
	const script = document.querySelector<HTMLScriptElement>('script[src^="/_app/immutable/boot."]');
	if (script === null || !('locks' in navigator)) return;
	const forever = new Promise<never>(() => undefined);
	navigator.locks.request(pageLock + new URL(script.src).pathname, { mode: 'shared' }, () => forever).catch(reportError);
}
