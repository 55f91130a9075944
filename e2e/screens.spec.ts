import { AxeBuilder } from '@axe-core/playwright';
import type { Page, TestInfo } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Invitation, Person } from './person.ts';
import { issueVoucher } from './vouchers.ts';

type Given = Invitation & { readonly voucher: string };

type Screen = {
	readonly name: string;
	readonly show: (person: Person, given: Given) => Promise<void>;
};

/** Every screen, in the order in which somebody may come by it; each step leaves its screen standing. */
const screens: readonly Screen[] = [
	{ name: 'home', show: async ({ page }) => void (await page.goto('/')) },
	{
		name: 'home, own password',
		show: async ({ page }) => {
			await page.getByRole('button', { name: 'Use my own' }).click();
			await page.getByLabel('Password', { exact: true }).fill('correct horse');
			await expect(page.getByText(/Too easy|Weak|Good|Strong/)).toBeVisible();
		}
	},
	{
		name: 'home, Live',
		show: async ({ page }) => {
			await page.getByRole('radio', { name: /^Live/ }).check();
			await page.getByRole('switch', { name: /^Ask for a password/ }).check();
			await page.getByRole('radio', { name: 'Another time' }).check();
			await expect(page.getByLabel('How long?')).toHaveValue('30');
		}
	},
	{ name: 'scan', show: ({ page }) => page.getByRole('button', { name: 'Scan a QR code' }).click() },
	{ name: 'plan', show: async ({ page }) => void (await page.goto('/plan')) },
	{
		name: 'plan, a typo',
		show: async ({ page }) => {
			await page.getByLabel('Voucher code').fill('161J-Y3ST-9TTM-3KC0');
			await expect(page.getByText('No such voucher. Check the letters.')).toBeVisible();
		}
	},
	{
		name: 'plan, a code from elsewhere',
		show: async ({ page }) => {
			await page.getByRole('button', { name: 'I already have a code' }).click();
			await page.getByRole('textbox', { name: 'Account code' }).fill('161J-Y3ST-9TTM-3KCM');
			await page.getByRole('button', { name: 'Use this code' }).click();
			await expect(page.getByText('No Pro under this code. Check the letters and digits.')).toBeVisible();
		}
	},
	{
		name: 'plan, made',
		show: async (person) => {
			await person.closesTheSheet();
			await person.page.getByRole('button', { name: 'Make an account code' }).click();
			await expect(person.page.getByRole('heading', { name: 'Your account is a code.' })).toBeVisible();
		}
	},
	{
		name: 'plan, another device',
		show: ({ page }) => page.getByRole('button', { name: 'Use on another device' }).click()
	},
	{
		name: 'plan, Pro',
		show: async (person, { voucher }) => {
			await person.closesTheSheet();
			await person.page.getByLabel('Voucher code').fill(voucher);
			await person.page.getByRole('button', { name: 'Redeem' }).click();
			await expect(person.page.getByText(/^Done: Pro until/)).toBeVisible();
		}
	},
	{ name: 'plan, forget', show: ({ page }) => page.getByRole('button', { name: 'Forget on this device' }).click() },
	{ name: 'how it works', show: async ({ page }) => void (await page.goto('/how-it-works')) },
	{ name: 'settings', show: async ({ page }) => void (await page.goto('/settings')) },
	{ name: 'erase', show: ({ page }) => page.getByRole('button', { name: /Erase this device/ }).click() },
	{ name: 'no page', show: async ({ page }) => void (await page.goto('/nowhere')) },
	{ name: 'link incomplete', show: async ({ page }) => void (await page.goto('/r')) },
	{
		name: 'no room',
		show: async ({ page }) => void (await page.goto('/r#cajoqxdbqlbqk2kpyflwvuwotnlqadnqlayglswq2df7saztl6ghxbg7'))
	},
	{ name: 'ended', show: async ({ page }) => void (await page.goto('/ended#time')) },
	{ name: 'gate', show: (person, { link }) => person.opensTheLink(link) },
	{
		name: 'wrong password',
		show: async (person) => {
			await person.answersTheGate('not-the-right-words');
			await expect(person.page.getByText(/That password doesn.t open this room\./)).toBeVisible();
			await expect(person.page.getByRole('button', { name: 'Come in' })).toBeEnabled();
		}
	},
	{
		name: 'room',
		show: async (person, { password }) => {
			await person.answersTheGate(password, 'Paper Moon');
			await person.says('A word');
			await person.sees('A word');
		}
	},
	{
		name: 'self-destruct',
		show: async ({ page }) => {
			await expect(page.getByRole('button', { name: /^Open burn message/ })).toBeVisible();
			await page.getByRole('button', { name: 'Self-destruct: Off' }).click();
			await expect(page.getByRole('radio', { name: '1 min' })).toBeChecked();
		}
	},
	{
		name: 'burn messages',
		show: async (person) => {
			await person.page.getByRole('button', { name: /^Open burn message/ }).click();
			await person.says('Gone soon');
			await expect(person.page.getByText(/^Gone in /)).toHaveCount(2);
		}
	},
	{ name: 'details', show: (person) => person.opensTheMenu('Room details') },
	{
		name: 'menu',
		show: async ({ page }) => {
			await page.getByRole('button', { name: /^Close/ }).click();
			await page.getByRole('button', { name: 'Room menu' }).click();
		}
	},
	{ name: 'server’s eye view', show: async ({ page }) => page.getByRole('menuitem', { name: /Server.s eye view/ }).click() },
	{
		name: 'leave',
		show: async (person) => {
			await person.page.getByRole('button', { name: 'Back to the room' }).click();
			await person.opensTheMenu('Leave on this device');
		}
	},
	{
		name: 'purge',
		show: async (person) => {
			await person.closesTheSheet();
			await person.opensTheMenu('Purge for everybody');
		}
	},
	{
		name: 'live, alone',
		show: async (person) => {
			await person.closesTheSheet();
			await person.leaves();
			await person.opensALiveRoom('Quick word');
			await expect(person.page.getByText('Nobody here yet.')).toBeVisible();
		}
	}
];

/** Those of Live and Direct rooms that need somebody else: `ada` is in the Live one. */
const shared = (
	ada: Person
): readonly { readonly name: string; readonly show: (ben: Person, to: Invitation) => Promise<void> }[] => [
	{
		name: 'direct form',
		show: async ({ page }) => {
			await page.goto('/');
			await page.getByRole('radio', { name: /^Direct/ }).check();
		}
	},
	{
		name: 'live gate',
		show: async (ben, { link }) => {
			await ben.opensTheLink(link);
			await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeVisible();
		}
	},
	{
		name: 'live room',
		show: async (ben) => {
			await ben.answersTheGate('', 'Paper Moon');
			await expect(ada.thread.getByText(/^Paper Moon came in/)).toBeVisible();
			await ada.says('One long table.');
			await ben.sees('One long table.');
			await ben.says('I’ll bring the candles.');
			await ada.sees('I’ll bring the candles.');
		}
	},
	{
		name: 'live people',
		show: async (ben) => {
			await ben.opensTheMenu('Room details');
			await ben.page.getByRole('button', { name: /^Stop sending to/ }).click();
			await expect(ben.page.getByText(/can.t read what you write from now on, and may notice\./)).toBeVisible();
		}
	},
	{
		name: 'live eye',
		show: async (ben) => {
			await ben.page.getByRole('button', { name: /^Close/ }).click();
			await ben.opensTheMenu(/Server.s eye view/);
		}
	},
	{
		name: 'live purge',
		show: async (ben) => {
			await ben.page.getByRole('button', { name: 'Back to the room' }).click();
			await ben.opensTheMenu('Purge for everybody');
		}
	},
	{
		name: 'direct gate',
		show: async (ben, { link }) => {
			await ben.closesTheSheet();
			await ben.leaves();
			await ben.opensTheLink(link);
			await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeVisible();
		}
	},
	{
		name: 'direct room',
		show: async (ben) => {
			await ben.answersTheGate('', 'Paper Moon');
			await expect(ben.thread.getByText(/^Connected browser to browser at/)).toBeVisible();
			await ben.says('Nobody between');
			await ben.sees('Nobody between');
		}
	},
	{ name: 'direct words', show: (ben) => ben.opensTheMenu('Compare words') },
	{
		name: 'direct details',
		show: async (ben) => {
			await ben.page.getByRole('button', { name: 'They match' }).click();
			await ben.opensTheMenu('Room details');
		}
	},
	{
		name: 'direct eye',
		show: async (ben) => {
			await ben.page.getByRole('button', { name: /^Close/ }).click();
			await ben.opensTheMenu(/Server.s eye view/);
		}
	}
];

async function fitsAndIsPlain(page: Page, name: string): Promise<void> {
	const { overflow, styled } = await page.evaluate(() => ({
		overflow: document.documentElement.scrollWidth - window.innerWidth,
		styled: [...document.querySelectorAll('style')].length
	}));
	expect(overflow, `${name}: scrolls sideways`).toBeLessThanOrEqual(0);
	expect(styled, `${name}: has a style element`).toBe(0);
}

const isLong = process.env.LONG !== undefined;
/** A phone at night; in the long form also a desk, and the ends of what fits, by day and at night: a look at every screen takes a minute. */
const sizes = [
	{ width: 390, height: 844 },
	{ width: 1280, height: 800 },
	{ width: 320, height: 568 },
	{ width: 1440, height: 900 }
] as const;
const everyLook = sizes.flatMap((size) => (['dark', 'light'] as const).map((theme) => ({ ...size, theme })));

type Look = (typeof everyLook)[number];

const asPersonOf = ({ width, height, theme }: Look) =>
	({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', hasTouch: width < 500 }) as const;

async function lookAt({ page }: Person, name: string, info: TestInfo): Promise<void> {
	await expect(page.locator('h1').first()).toBeVisible();
	await page.evaluate(() => document.fonts.ready);
	// Otherwise it opens another page for each look, for frames that we don't have.
	const found = await new AxeBuilder({ page })
		.setLegacyMode()
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
		.analyze();
	expect(
		found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`),
		name
	).toEqual([]);
	await fitsAndIsPlain(page, name);
	await page.screenshot({ path: info.outputPath(`${name.replaceAll(/[^a-z]+/g, '-')}.png`) });
}

for (const look of isLong ? everyLook : everyLook.slice(0, 1)) {
	const where = `${look.width} × ${look.height}, ${look.theme}`;

	test(`every screen at ${where}: nothing against the policy, nothing that axe finds, nothing sideways`, async ({
		meet,
		database
	}, info) => {
		test.setTimeout(150_000);
		const ada = await meet();
		const ben = await meet(asPersonOf(look));
		const given = { ...(await ada.opensARoom('Thursday plans')), voucher: await issueVoucher(database, 30) };
		await ada.page.getByRole('button', { name: 'Self-destruct: Off' }).click();
		await ada.page.getByRole('radio', { name: '24 h' }).check();
		await ada.says('For a day');
		for (const screen of screens) {
			await test.step(screen.name, async () => {
				await screen.show(ben, given);
				await lookAt(ben, screen.name, info);
			});
		}
	});

	test(`Live and Direct rooms with somebody else in them at ${where}: the same`, { tag: '@long' }, async ({ meet }, info) => {
		test.setTimeout(150_000);
		const [ada, cleo] = [await meet(), await meet()];
		const ben = await meet(asPersonOf(look));
		const live = await ada.opensALiveRoom('Quick word');
		await cleo.page.goto('/');
		await cleo.page.getByRole('radio', { name: /^Direct/ }).check();
		const direct = await cleo.opensARoomFromHere(async () => ({ link: await cleo.readsTheLink(), password: '' }));
		for (const { name, show } of shared(ada)) {
			await test.step(name, async () => {
				await show(ben, name.startsWith('direct') ? direct : live);
				await lookAt(ben, name, info);
			});
		}
	});
}
