/** Keys alone: nothing here is clicked, or filled in by its name; what is looked for is only looked at. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { faultOfFocus } from './focus.ts';
import { goHome } from './home.ts';

const isLong = process.env.LONG !== undefined;
const sizes = [
	{ width: 1280, height: 800 },
	{ width: 390, height: 844 }
] as const;
/** More stops than any screen has. */
const mostStops = 60;

/** As it is called, or what it is. */
const partInFocus = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName;

/** Somebody's keyboard: after each key the focus must be seen. */
class Keys {
	readonly #page: Page;

	constructor(page: Page) {
		this.#page = page;
	}

	async press(...keys: readonly string[]): Promise<void> {
		for (const key of keys) {
			await this.#page.keyboard.press(key);
			await this.seesTheFocus(key);
		}
	}

	async type(text: string): Promise<void> {
		await this.#page.keyboard.type(text);
	}

	async seesTheFocus(after: string): Promise<void> {
		await expect.poll(() => this.#page.evaluate(faultOfFocus), { message: `after ${after}`, timeout: 5000 }).toBe('');
	}

	/** From stop to stop until it is there. */
	async goesTo(goal: Locator, key = 'Tab'): Promise<void> {
		for (let stops = 0; stops < mostStops; stops++) {
			await this.press(key);
			if (await goal.evaluate((element) => element === document.activeElement)) return;
		}
		await expect(goal, 'no stop on the way').toBeFocused();
	}
}

for (const size of isLong ? sizes : sizes.slice(0, 1)) {
	test(`a room is opened, shared, written in and purged by keys alone at ${size.width} × ${size.height}, and the focus is always seen`, async ({
		meet
	}) => {
		const ada = await meet({ viewport: size });
		const { page } = ada;
		const keys = new Keys(page);
		const button = (name: string | RegExp) => page.getByRole('button', { name });
		const rail = size.width < 900 ? [] : ['Your rooms'];
		const goesRound = async (key: string, parts: readonly string[]) => {
			for (const part of parts) {
				await keys.press(key);
				expect(await page.evaluate(partInFocus)).toBe(part);
			}
		};
		await goHome(page);

		await test.step('home: kind, name, people, time, and Enter', async () => {
			await keys.goesTo(page.getByRole('radio', { name: /^Stored/ }));
			await keys.press('ArrowDown');
			await expect(page.getByRole('radio', { name: /^Live/ })).toBeChecked();
			await keys.press('ArrowUp');
			await expect(page.getByRole('radio', { name: /^Stored/ })).toBeChecked();
			await keys.goesTo(page.getByLabel('Room name'));
			await keys.type('Thursday plans');
			await keys.goesTo(page.getByRole('radio', { name: '30 days' }));
			await keys.press('ArrowLeft');
			await expect(page.getByText(/7 days .*part of Pro/)).toBeVisible();
			await expect(page.getByRole('radio', { name: '30 days' })).toBeChecked();
			await keys.goesTo(button('Open the room'));
			await page.keyboard.press('Enter');
		});

		await test.step('the share sheet: the link is copied, and Escape leads to where one writes', async () => {
			await ada.shareSheet.waitFor({ timeout: 60_000 });
			await expect(ada.shareSheet.getByRole('heading')).toBeFocused();
			await keys.goesTo(ada.shareSheet.getByRole('button', { name: 'Copy the link' }));
			await keys.press('Enter');
			await expect(ada.shareSheet.getByText(/^Link copied\./)).toBeVisible();
			const link = await ada.readsTheLink();
			expect(await ada.clipboard()).toBe(link);
			await keys.press('Escape');
			await expect(ada.composer).toBeFocused();
		});

		await test.step('the same sheet again from its button: Escape leads back to it', async () => {
			await keys.goesTo(button('Share this room'), 'Shift+Tab');
			await keys.press('Enter');
			await expect(ada.shareSheet.getByRole('heading')).toBeFocused();
			await keys.press('Tab', 'Escape');
			await expect(button('Share this room')).toBeFocused();
			await ada.settles();
		});

		await test.step('F6 goes from part to part, both ways, and to where one writes', async () => {
			// While nobody has written anything there is no list of messages yet.
			await keys.press('F6');
			await expect(ada.composer).toBeFocused();
			await keys.type('By keys alone.');
			await page.keyboard.press('Enter');
			await ada.sees('By keys alone.');
			await expect(ada.composer).toBeFocused();
			await goesRound('F6', [...rail, 'HEADER', 'Messages', 'Message']);
			await goesRound('Shift+F6', ['Messages', 'HEADER', ...rail, 'Message']);
		});

		await test.step('also in the server’s eye view, and back from it', async () => {
			await keys.goesTo(button('Room menu'), 'Shift+Tab');
			await keys.press('Enter', 's', 'Enter');
			await expect(page.getByRole('heading', { name: 'What we hold, next to what you see.' })).toBeFocused();
			await goesRound('F6', [...rail, 'HEADER', 'MAIN']);
			await goesRound('Shift+F6', ['HEADER', ...rail, 'MAIN', 'HEADER']);
			await keys.goesTo(button('Back to the room'));
			await page.keyboard.press('Enter');
			await expect(button('Back to the room')).toHaveCount(0);
			await expect(page.getByRole('heading', { name: 'Thursday plans' })).toBeFocused();
			await ada.settles();
		});

		await test.step('the menu opens, is walked through, and closes', async () => {
			await keys.goesTo(button('Room menu'));
			await keys.press('Enter');
			const items = page.getByRole('menuitem');
			await expect(items.first()).toBeFocused();
			await keys.press('ArrowDown');
			await expect(items.nth(1)).toBeFocused();
			await keys.press('ArrowUp', 'ArrowUp');
			await expect(items.last()).toBeFocused();
			await keys.press('Home');
			await expect(items.first()).toBeFocused();
			await keys.press('l');
			await expect(page.getByRole('menuitem', { name: 'Leave on this device' })).toBeFocused();
			await keys.press('Escape');
			await expect(items).toHaveCount(0);
			await expect(button('Room menu')).toBeFocused();
		});

		await test.step('purging begins at the safe choice, takes its time, and ends the room', async () => {
			await keys.press('Enter', 'End', 'Enter');
			const sheet = page.getByRole('dialog', { name: /^Purge/ });
			await expect(sheet.getByRole('button', { name: 'Keep the room' })).toBeFocused();
			await keys.goesTo(sheet.getByRole('button', { name: /^Hold to purge/ }), 'Shift+Tab');
			await keys.press('Space');
			await expect(sheet).toBeVisible();
			const loaded = page.waitForEvent('load');
			await page.keyboard.down('Space');
			await page.waitForURL('**/ended**');
			await page.keyboard.up('Space');
			await loaded;
			await expect(page.getByRole('heading', { name: 'This room has ended.' })).toBeVisible();
			await keys.goesTo(page.getByRole('link', { name: /^Open a/ }).last());
		});
	});
}
