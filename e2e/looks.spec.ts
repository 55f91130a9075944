/** Five screens as some people have them: in the system's own few colours, from right to left, with larger text, under a thumb. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { faultOfFocus } from './focus.ts';
import { goHome } from './home.ts';
import type { Invitation, Person } from './person.ts';

type Step = { readonly name: string; readonly show: (person: Person, given: Invitation) => Promise<void> };

const phone = { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce', hasTouch: true } as const;
const smallPhone = { ...phone, viewport: { width: 320, height: 568 } };

const steps: readonly Step[] = [
	{
		name: 'home',
		show: async ({ page }) => {
			await goHome(page);
		}
	},
	{
		name: 'gate',
		show: async (person, { link }) => {
			await person.opensTheLink(link);
			await expect(person.page.getByRole('button', { name: 'Come in' })).toBeVisible();
		}
	},
	{
		name: 'room',
		show: async (person, { password }) => {
			await person.answersTheGate(password, 'Paper Moon');
			await person.says('A word');
			await person.sees('A word');
			await person.says('Another, which is long enough for more than a single line on a telephone');
		}
	},
	{
		name: 'details',
		show: async (person) => {
			await person.opensTheMenu('Room details');
			await expect(person.page.getByRole('heading', { name: 'Room details' })).toBeVisible();
		}
	},
	{
		name: 'share sheet',
		show: async (person) => {
			await person.closesTheSheet();
			const inHeader = person.page.getByRole('button', { name: 'Share this room' });
			if (await inHeader.isVisible()) await inHeader.click();
			else await person.opensTheMenu('Share this room');
			await expect(person.shareSheet).toBeVisible();
		}
	}
];

/** What reaches beyond the sides, as far as it is meant to be seen. */
function beyondTheSides(): string[] {
	const page = document.scrollingElement;
	const wide = (page?.scrollWidth ?? 0) > innerWidth ? ['the page'] : [];
	const controls = document.querySelectorAll<HTMLElement>(
		'h1, h2, a, button, input, textarea, select, .msg, .card, .sheet, code'
	);
	const out = [...controls].filter((each) => {
		const { left, right, width } = each.getBoundingClientRect();
		return each.checkVisibility() && width > 1 && (left < -1 || right > innerWidth + 1);
	});
	return [...wide, ...out.map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 30)}`)];
}

/** What can be pressed and is smaller than a thumb; links inside sentences are as high as these. */
function tooSmall(): string[] {
	const least = 43.5;
	const isInSentence = (each: HTMLElement) => each.tagName === 'A' && getComputedStyle(each).display === 'inline';
	const controls = [
		...document.querySelectorAll<HTMLElement>('a[href], button, input, textarea, select, [role="switch"], [tabindex="0"]')
	];
	return controls
		.filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches('.skip') && !isInSentence(each))
		.map((each) => ({ each, box: each.getBoundingClientRect() }))
		.filter(({ box }) => box.width < least || box.height < least)
		.map(({ each, box }) => {
			const name = each.getAttribute('aria-label') ?? each.textContent.trim().slice(0, 30);
			return `${each.tagName} ${each.className} ${name}: ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`;
		});
}

/** What can be pressed and is seen by its colour alone; in a menu the edge is the menu's. */
function withoutEdge(): string[] {
	const hasEdge = (each: Element) => {
		const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor, textDecorationLine } = getComputedStyle(each);
		const border = borderTopStyle !== 'none' && Number.parseFloat(borderTopWidth) >= 1 && borderTopColor !== backgroundColor;
		return border || textDecorationLine === 'underline';
	};
	const isOnOrOff = (track: Element) =>
		getComputedStyle(track, '::after').backgroundColor !== getComputedStyle(track).backgroundColor;
	const buttons = [
		...document.querySelectorAll<HTMLElement>('button, .btn, .icon-btn, .switch__track, .chip__face, .kind__face')
	];
	return buttons
		.filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.closest('[role="menu"], .menu-list') === null)
		.filter((each) => !hasEdge(each) || (each.matches('.switch__track') && !isOnOrOff(each)))
		.map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 30)}`);
}

async function goesThrough(person: Person, given: Invitation, look: (page: Page, name: string) => Promise<void>): Promise<void> {
	for (const { name, show } of steps) {
		await test.step(name, async () => {
			await show(person, given);
			await person.page.evaluate(() => document.fonts.ready);
			await look(person.page, name);
		});
	}
}

test(
	'in the system’s own colours every button has an edge, and whatever has the focus a ring',
	{ tag: '@long' },
	async ({ meet }, info) => {
		const [ada, ben] = [await meet(), await meet({ forcedColors: 'active', reducedMotion: 'reduce' })];
		await goesThrough(ben, await ada.opensARoom('Thursday plans'), async (page, name) => {
			await page.screenshot({ path: info.outputPath(`${name}.png`) });
			expect.soft(await page.evaluate(withoutEdge), name).toEqual([]);
			if (name === 'room') expect.soft(await page.evaluate(faultOfFocus), name).toBe('');
			for (let stops = 0; stops < 8; stops++) {
				await page.keyboard.press('Tab');
				// After the last stop the browser's own bar has it.
				expect.soft(['', 'nothing has the focus'], `${name}, stop ${stops}`).toContain(await page.evaluate(faultOfFocus));
			}
		});
	}
);

test('from right to left nothing is beyond the sides', { tag: '@long' }, async ({ meet }, info) => {
	const [ada, ben] = [await meet(), await meet(phone)];
	await goesThrough(ben, await ada.opensARoom('Thursday plans'), async (page, name) => {
		await page.evaluate(() => (document.documentElement.dir = 'rtl'));
		await page.screenshot({ path: info.outputPath(`${name}.png`) });
		expect.soft(await page.evaluate(beyondTheSides), name).toEqual([]);
	});
});

test('with larger text on the smallest phone nothing is beyond the sides', { tag: '@long' }, async ({ meet }, info) => {
	const [ada, ben] = [await meet(), await meet(smallPhone)];
	await ben.page.goto('/settings');
	await ben.page.getByRole('switch', { name: 'Larger message text' }).check();
	await goesThrough(ben, await ada.opensARoom('Thursday plans'), async (page, name) => {
		await expect(page.locator('html.text-large')).toBeAttached();
		await page.screenshot({ path: info.outputPath(`${name}.png`) });
		expect.soft(await page.evaluate(beyondTheSides), name).toEqual([]);
	});
});

test('whatever can be pressed on a phone is as large as a thumb', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet(phone)];
	await goesThrough(ben, await ada.opensARoom('Thursday plans'), async (page, name) => {
		expect.soft(await page.evaluate(tooSmall), name).toEqual([]);
	});
});
