/** A person's one tab in a browser of their own, which can be suspended as browsers do it with a tab that was out of sight for long. */
import type { LaunchOptions } from '@playwright/test';
import { chromium } from '@playwright/test';
import { Person } from './person.ts';
import { freePort } from '../server/db/processes.ts';

export type Tab = {
	readonly person: Person;
	/** No timer, no message and no answer reaches the page until it wakes. */
	suspend(): Promise<void>;
	/** What stands on the page, suspended or not: a locator would wait for the page's own answer. */
	bodyText(): Promise<string>;
	wake(): Promise<void>;
	close(): Promise<void>;
};

export async function openTab(options: LaunchOptions): Promise<Tab> {
	const port = await freePort();
	const launched = await chromium.launch({ ...options, args: [...(options.args ?? []), `--remote-debugging-port=${port}`] });
	// Otherwise Playwright makes every page believe that it has the focus, and what is in sight is never suspended.
	const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
	const [context] = browser.contexts();
	if (context === undefined) throw new Error('tab: the browser has no context');
	const person = await Person.inside(context);
	const session = await context.newCDPSession(person.page);
	const inFront = await context.newPage();
	await person.page.bringToFront();
	return {
		person,
		suspend: async () => {
			await inFront.bringToFront();
			await session.send('Page.setWebLifecycleState', { state: 'frozen' });
		},
		bodyText: async () => {
			const { result } = await session.send('Runtime.evaluate', { expression: 'document.body.innerText' });
			return String(result.value);
		},
		wake: async () => {
			await session.send('Page.setWebLifecycleState', { state: 'active' });
			await person.page.bringToFront();
		},
		close: async () => {
			await browser.close();
			await launched.close();
		}
	};
}
