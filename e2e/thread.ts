/** Reading a thread of which the page keeps only what is in sight. */
import { expect } from '@playwright/test';
import type { Person } from './person.ts';

/**
 * Every text of the thread in order, up to the row `last`. A list that measures its rows while one reads may step over one: then it
 * is read once more.
 */
export async function wholeThread(person: Person, last: number): Promise<string[]> {
	const seen = new Map<number, string>();
	await readUpwards(person, seen, last);
	if (seen.size < Math.max(...seen.keys())) await readUpwards(person, seen, last);
	return [...seen].sort(([a], [b]) => a - b).map(([, text]) => text);
}

/** By scrolling through the windowed list from its end to its beginning. */
async function readUpwards(person: Person, seen: Map<number, string>, last: number): Promise<void> {
	await person.thread.press('End');
	await expect(person.thread.locator(`[data-seq="${last}"]`)).toBeVisible();
	for (let first = Infinity; first > 1;) {
		const rows = await person.thread
			.locator('[data-seq]')
			.evaluateAll((nodes) =>
				nodes.map((node) => [Number(node.getAttribute('data-seq')), node.querySelector('p')?.textContent ?? ''] as const)
			);
		for (const [seq, text] of rows) if (seq > 0) seen.set(seq, text.trim());
		first = Math.min(...rows.map(([seq]) => seq));
		await person.thread.evaluate((log) => {
			const scroller = [log, ...log.querySelectorAll('*')].find(
				(node) => node.scrollHeight > node.clientHeight + 1 && node.scrollTop > 0
			);
			scroller?.scrollBy({ top: -scroller.clientHeight / 2 });
		});
		await person.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
	}
}

/** Every numbered text of the thread in its order, wherever its numbers begin and whatever is missing between them. */
export async function everythingIn({ page, thread }: Person): Promise<string[]> {
	const seen = new Map<number, string>();
	await thread.press('End');
	for (let isTop = false; !isTop;) {
		const { rows, top } = await thread.evaluate((log) => {
			const nodes = [...log.querySelectorAll('[data-seq]')];
			const found = nodes.map(
				(node) => [Number(node.getAttribute('data-seq')), node.querySelector('p')?.textContent ?? ''] as const
			);
			const at = log.scrollTop;
			log.scrollBy({ top: -log.clientHeight / 2 });
			return { rows: found, top: at <= 0 };
		});
		for (const [seq, text] of rows) if (seq > 0) seen.set(seq, text.trim());
		isTop = top;
		await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
	}
	return [...seen].sort(([a], [b]) => a - b).map(([, text]) => text);
}
