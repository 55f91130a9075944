import { expect, test } from '@playwright/test';
import type { Tab } from './engines.ts';
import { engines } from './engines.ts';
import { withServer } from './server.ts';

/** `npm run test:browsers` wants both, and where both are there all journeys make this one; their long form makes it in what is there. */
const wantsAll = process.env.npm_lifecycle_event === 'test:browsers' || engines.every(({ isHere }) => isHere);
const isLong = process.env.LONG !== undefined;

/** What is on the screen, of those that `selector` finds, and whose name begins so. */
const named = (selector: string, name: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})].find((node) =>
	node.getClientRects().length > 0 && !node.closest('[inert]') &&
	(node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent ?? node.textContent).trim().startsWith(${JSON.stringify(name)})
) ?? null`;

class Visitor {
	readonly tab: Tab;

	constructor(tab: Tab) {
		this.tab = tab;
	}

	async waitsFor(selector: string, name: string): Promise<string> {
		const script = named(selector, name);
		await expect.poll(() => this.tab.evaluate(`(${script}) !== null`), `${selector} “${name}”`).toBe(true);
		return script;
	}

	async presses(selector: string, name: string): Promise<void> {
		await this.tab.evaluate(`(${await this.waitsFor(selector, name)}).click()`);
	}

	async fills(name: string, text: string): Promise<void> {
		await this.tab.type(await this.waitsFor('input, textarea', name), text);
	}

	async says(text: string): Promise<void> {
		await this.fills('Message', text);
		await this.presses('button', 'Send');
		await this.sees([text]);
	}

	/** Among the newest messages, one after the other. */
	async sees(texts: readonly string[], timeout = 20_000): Promise<void> {
		const read = `[...document.querySelectorAll('[role=log] .msg p')].map((node) => node.textContent.trim())`;
		await expect
			.poll(async () => (await this.tab.evaluate(read)) as string[], { timeout })
			.toEqual(expect.arrayContaining([...texts]));
	}

	async opensARoom(origin: string): Promise<{ readonly link: string; readonly password: string }> {
		await this.tab.goto(origin);
		await this.fills('Room name', 'Elsewhere');
		await this.presses('button', 'Open the room');
		await this.presses('dialog[open] button', 'Show password');
		const read = `[...document.querySelectorAll('dialog[open] code')].map((node) => node.textContent)`;
		const [link, password] = (await this.tab.evaluate(read)) as string[];
		await this.presses('dialog[open] button', 'Close');
		return { link: `http://${link}`, password: password ?? '' };
	}
}

for (const engine of engines) {
	if (!wantsAll && !(isLong && engine.isHere)) continue;
	test(`${engine.name}: opens a room, joins it, talks, reads and writes with the server gone, and sends when it is back`, async () => {
		test.setTimeout(240_000);
		if (!engine.isHere) throw new Error(`${engine.name} was not found: on Debian, apt install ${engine.packages}`);
		await withServer({}, async (server) => {
			const running = await engine.start();
			try {
				const [ada, ben] = [new Visitor(await running.open()), new Visitor(await running.open())];
				const { link, password } = await ada.opensARoom(server.origin);
				await ben.tab.goto(link);
				await ben.fills('Room password', password);
				await ben.presses('[role=switch]', 'Keep this room on this device');
				await ben.presses('[role=switch]', 'Ask for the password each time');
				await ben.presses('button', 'Come in');
				await ada.says('from one');
				await ben.sees(['from one']);
				await ben.says('from the other');
				await ada.sees(['from one', 'from the other']);

				await expect.poll(() => ben.tab.evaluate('navigator.serviceWorker.controller !== null')).toBe(true);
				await server.kill();
				await ben.tab.reload();
				await ben.sees(['from one', 'from the other']);
				await ben.says('written away');
				await server.start();
				// Each tries again after a while that has grown, and slower in a tab that is behind another.
				await ada.sees(['from one', 'from the other', 'written away'], 90_000);
			} finally {
				await running.close();
			}
		});
	});
}
