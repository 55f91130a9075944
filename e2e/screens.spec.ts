import { AxeBuilder } from '@axe-core/playwright';
import type { Page, TestInfo } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Invitation, Person } from './person.ts';
import { isKept } from './shell.ts';
import { issueVoucher } from './vouchers.ts';
import type { Wire } from './wire.ts';
import { layWire } from './wire.ts';

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
		name: 'live share sheet',
		show: async (ben) => {
			await ben.page.getByRole('button', { name: 'Share this room' }).click();
			const [link, sheet] = await Promise.all([ben.shareSheet.locator('code').boundingBox(), ben.shareSheet.boundingBox()]);
			// The one step there is has the whole line.
			expect(link?.width ?? 0).toBeGreaterThan(Math.min(240, (sheet?.width ?? 0) / 2));
		}
	},
	{
		name: 'live people',
		show: async (ben) => {
			await ben.closesTheSheet();
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

/** What somebody comes by who keeps rooms on a device; `full`: a room that nobody else fits in. */
type Keeps = { readonly kept: Invitation; readonly full: Invitation; readonly wire: Wire };

const closesTheDialog = ({ page }: Person) => page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

/** In the order in which they follow from each other, as above; in a browser that keeps the app. */
const keeping: readonly { readonly name: string; readonly show: (ben: Person, given: Keeps) => Promise<void> }[] = [
	{
		name: 'gate, kept',
		show: async (ben, { kept }) => {
			await ben.opensTheLink(kept.link);
			await ben.page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
			await expect(ben.page.getByRole('switch', { name: /^Ask for the password each time/ })).toBeChecked();
		}
	},
	{
		name: 'gate, kept without its password',
		show: ({ page }) => page.getByRole('switch', { name: /^Ask for the password each time/ }).uncheck()
	},
	{
		name: 'room, offline',
		show: async (ben, { kept }) => {
			await ben.answersTheGate(kept.password, 'Paper Moon');
			await ben.sees('For those who keep it');
			await isKept(ben.page);
			await ben.context.setOffline(true);
			for (const text of ['One that waits', 'Another, long enough for more than a line of a sheet on a telephone'])
				await ben.says(text);
			await expect(ben.page.getByText('2 messages are waiting.')).toBeVisible();
		}
	},
	{
		name: 'waiting to send',
		show: async ({ page }) => {
			await page.getByRole('button', { name: 'Show' }).click();
			await expect(page.getByRole('dialog', { name: 'Waiting to send' }).getByRole('listitem')).toHaveCount(2);
		}
	},
	{
		name: 'home, offline with kept rooms',
		show: async (ben) => {
			await closesTheDialog(ben);
			await ben.settles();
			await ben.page.goto('/');
			await expect(ben.page.getByRole('link', { name: 'Thursday plans' })).toBeVisible();
			await expect(ben.page.getByRole('button', { name: '2 messages wait to be sent' })).toBeVisible();
		}
	},
	{
		name: 'kept room, its options',
		show: async (ben) => {
			await ben.context.setOffline(false);
			await ben.page.getByRole('button', { name: 'Options for Thursday plans' }).click();
			await expect(ben.page.getByRole('dialog', { name: 'Thursday plans' })).toBeVisible();
		}
	},
	{
		name: 'shared into which room',
		show: async (ben) => {
			const { origin } = new URL(ben.page.url());
			await ben.page.goto('about:blank');
			// As the system does it: from outside.
			await ben.page.setContent(`<form method="post" action="${origin}/share" enctype="multipart/form-data">
				<input name="title" value="The venue" /><input name="url" value="https://example.org/${'venue'.repeat(20)}" /><button>Share</button>
			</form>`);
			await ben.page.getByRole('button', { name: 'Share' }).click();
			await expect(ben.page.getByRole('dialog', { name: 'Share into which room?' })).toBeVisible();
		}
	},
	{
		name: 'settings, kept rooms',
		show: async ({ page }) => {
			await page.goto('/settings');
			await expect(page.getByRole('button', { name: 'Forget all rooms' })).toBeVisible();
		}
	},
	{ name: 'forget all', show: ({ page }) => page.getByRole('button', { name: 'Forget all rooms' }).click() },
	{
		name: 'share sheet',
		show: async (ben) => {
			await closesTheDialog(ben);
			await ben.settles();
			await ben.page.goto('/');
			await ben.page.getByLabel('Room name').fill('The second');
			await ben.page.getByRole('button', { name: 'Open the room' }).click();
			await ben.shareSheet.waitFor({ timeout: 60_000 });
		}
	},
	{
		name: 'share sheet, copied',
		show: async (ben) => {
			await ben.shareSheet.getByRole('button', { name: 'Show password' }).click();
			await ben.copiesTheShareSheet();
		}
	},
	{
		name: 'keep this room',
		show: async (ben) => {
			await ben.closesTheSheet();
			await ben.opensTheMenu('Room details');
			await ben.page.getByRole('button', { name: 'Keep this room on this device' }).click();
			await expect(ben.page.getByRole('dialog', { name: 'Keep this room on this device?' })).toBeVisible();
		}
	},
	{
		name: 'install',
		show: async (ben) => {
			await ben.page.goto('/');
			// The browser's own, which a window that is thrown away afterwards never sends; what hears it comes with the page.
			await expect(async () => {
				await ben.page.evaluate(() => dispatchEvent(new Event('beforeinstallprompt')));
				await expect(ben.page.getByRole('region', { name: 'Keep Sotto on this device' })).toBeVisible({ timeout: 1000 });
			}).toPass({ timeout: 10_000 });
		}
	},
	{
		name: 'a new version',
		show: async ({ page }, { wire }) => {
			wire.exchange('/service-worker.js', (text) => text.replace(/\{"version":"[^"]+"/, '{"version":"another"'));
			// What listens for it comes a second after the page.
			await expect(async () => {
				await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
				await expect(page.getByText('A new version of Sotto is ready.')).toBeVisible({ timeout: 1000 });
			}).toPass();
		}
	},
	{
		name: 'full room',
		show: async (ben, { full }) => {
			await ben.opensTheLink(full.link);
			await expect(ben.page.getByRole('heading', { name: 'This room is full.' })).toBeVisible();
		}
	},
	{
		name: 'no longer here',
		show: async ({ page }) => {
			await page.goto('/');
			await page.getByRole('link', { name: 'Thursday plans' }).click();
			await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
			await page.goto('/settings');
			await page.evaluate(clearKeptRooms);
			await page.goto('/r');
			await expect(page.getByRole('heading', { name: 'This device no longer has this room.' })).toBeVisible();
		}
	}
];

/** As some browsers do when nobody came by for days. */
const clearKeptRooms = () =>
	new Promise<void>((resolve) => {
		const opening = indexedDB.open('epr1');
		opening.onsuccess = () => {
			const clearing = opening.result.transaction('kept', 'readwrite');
			clearing.objectStore('kept').clear();
			clearing.oncomplete = () => {
				opening.result.close();
				resolve();
			};
		};
	});

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

	test(`what is kept, shared, waiting, full and new at ${where}: the same`, { tag: '@long' }, async ({ meet }, info) => {
		test.setTimeout(150_000);
		const wire = await layWire();
		const [ada, cleo] = [await meet(), await meet()];
		const ben = await meet({ ...asPersonOf(look), shell: true, proxy: wire.proxy });
		const kept = await ada.opensARoom('Thursday plans');
		await ada.says('For those who keep it');
		await ada.sees('For those who keep it');
		await cleo.page.goto('/');
		await cleo.page.getByLabel('People, at most').fill('2');
		const full = await cleo.opensARoomFromHere();
		await ada.comesIn(full, 'Amber Fox');
		for (const { name, show } of keeping) {
			await test.step(name, async () => {
				await show(ben, { kept, full, wire });
				await lookAt(ben, name, info);
			});
		}
		await wire.close();
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
