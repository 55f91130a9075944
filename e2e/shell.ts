/** The copy of the app that a browser keeps. */
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

const keptMs = 60_000;

/** Resolves when this browser keeps the whole app, and this page is its. */
export async function isKept(page: Page): Promise<void> {
	const look = () =>
		page.evaluate(async () => {
			const registration = await navigator.serviceWorker.getRegistration();
			const stateOf = (worker: ServiceWorker | null | undefined) => worker?.state ?? 'none';
			const { installing, waiting, active } = registration ?? {};
			const page = stateOf(navigator.serviceWorker.controller);
			return { installing: stateOf(installing), waiting: stateOf(waiting), active: stateOf(active), page };
		});
	await expect.poll(look, { timeout: keptMs }).toMatchObject({ active: 'activated', page: 'activated' });
}

export async function clearHttpCache(page: Page): Promise<void> {
	const session = await page.context().newCDPSession(page);
	await session.send('Network.clearBrowserCache');
	await session.detach();
}
