/** What the scripts of a page weigh: workers and styles aren't counted. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** Bytes, by gzip, of those that the page has loaded so far. */
export async function scriptBytes(page: Page): Promise<number> {
	const names = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname));
	return names
		.filter((name) => name.endsWith('.js') && !name.includes('/workers/'))
		.reduce((sum, name) => sum + statSync(fileURLToPath(new URL(`../build/client${name}.gz`, import.meta.url))).size, 0);
}

/** The same, once two looks in a row, two seconds apart, have found as much. */
export async function settledBytes(page: Page): Promise<number> {
	let found = -1;
	const grew = async () => {
		const before = found;
		found = await scriptBytes(page);
		return found > before;
	};
	await expect.poll(grew, { intervals: [2000], timeout: 30_000 }).toBe(false);
	return found;
}
