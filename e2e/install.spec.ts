import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { isKept } from './shell.ts';
import { layWire } from './wire.ts';

test.use({ shell: true });

test('the app can be installed: the browser finds no fault in it, and every picture is there', async ({ meet, server }) => {
	const { page, context } = await meet();
	await page.goto('/');
	await isKept(page);
	const session = await context.newCDPSession(page);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	// A window that is thrown away afterwards can't install anything.
	expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
	const { errors, data = '' } = await session.send('Page.getAppManifest');
	expect(errors).toEqual([]);
	const manifest = JSON.parse(data) as { readonly icons: readonly Picture[]; readonly screenshots: readonly Picture[] };
	for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots]) {
		const size = await page.evaluate(async (url) => {
			const image = new Image();
			image.src = url;
			await image.decode();
			return `${image.naturalWidth}x${image.naturalHeight}`;
		}, `${server.origin}${src}`);
		if (sizes !== 'any') expect(size, src).toBe(sizes);
	}
});

type Picture = { readonly src: string; readonly sizes: string };

test('the manifest and the page’s head hold what each system asks for', async ({ meet }) => {
	const { page } = await meet({ shell: false });
	await page.goto('/');
	const { icons, screenshots, shortcuts, ...manifest } = await page.evaluate<Manifest>(async () => {
		const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
		return (await fetch(link?.href ?? '')).json();
	});
	expect(manifest).toMatchObject({
		id: '/',
		start_url: '/',
		scope: '/',
		display: 'standalone',
		launch_handler: { client_mode: ['focus-existing', 'auto'] },
		share_target: {
			action: '/share',
			method: 'POST',
			enctype: 'multipart/form-data',
			params: { title: 'title', text: 'text', url: 'url' }
		}
	});
	expect(new Set(icons.map(({ purpose }) => purpose))).toEqual(new Set(['any', 'maskable', 'monochrome']));
	const sizesFor = (wanted: string) => icons.flatMap(({ purpose, sizes }) => (purpose === wanted ? [sizes] : []));
	expect(sizesFor('any')).toEqual(expect.arrayContaining(['192x192', '512x512']));
	expect(sizesFor('maskable')).toContain('512x512');
	expect(screenshots.map(({ form_factor }) => form_factor).toSorted()).toEqual(['narrow', 'wide']);
	expect(shortcuts.map(({ url }) => url)).toEqual(['/#open-h', '/#join']);

	const head = page.locator('head');
	for (const [name, content] of [
		['apple-mobile-web-app-capable', 'yes'],
		['apple-mobile-web-app-title', 'Sotto'],
		['apple-mobile-web-app-status-bar-style', 'default']
	] as const) {
		await expect(head.locator(`meta[name=${name}]`)).toHaveAttribute('content', content);
	}
	await expect(head.locator('link[rel=apple-touch-icon]')).toHaveAttribute('href', /\/icon-180\.png$/);
});

type Manifest = {
	readonly icons: readonly (Picture & { readonly purpose: string })[];
	readonly screenshots: readonly (Picture & { readonly form_factor: string })[];
	readonly shortcuts: readonly { readonly url: string }[];
};

/** Safari on iOS, in a tab: no other browser knows the word. */
const beSafariOnIos = () => void Reflect.set(navigator, 'standalone', false);

test('Safari on iOS finds pictures to open the app with, once the page stands', async ({ meet }) => {
	const { page } = await meet({ shell: false });
	await page.addInitScript(beSafariOnIos);
	await page.goto('/');
	const links = page.locator('head link[rel=apple-touch-startup-image]');
	await expect(links).toHaveCount(2);
	for (const [index, way] of ['portrait', 'landscape'].entries()) {
		await expect(links.nth(index)).toHaveAttribute('media', `(orientation: ${way})`);
		await expect(links.nth(index)).toHaveAttribute('href', /^data:image\/png;base64,/);
	}
});

/** As Chromium does it where it could install the app; a page that stands keeps its own bar away. */
async function couldInstall(page: Page): Promise<void> {
	await expect.poll(() => page.evaluate(() => dispatchEvent(new Event('beforeinstallprompt', { cancelable: true })))).toBe(false);
}

const installCard = (page: Page) => page.getByRole('region', { name: 'Keep Sotto on this device' });

/** Whatever the home page was about to load stands on it when it comes back. */
async function comesBackHome(page: Page): Promise<void> {
	await page.getByRole('link', { name: 'How it works' }).first().click();
	await expect(page).toHaveURL(/how-it-works$/);
	await page.goBack();
	await expect(page.getByLabel('Room name')).toBeVisible();
}

const monthMs = 30 * 86_400_000;

test('installing is offered after the second room, not in a room, and not again for a month to who says not now', async ({
	meet
}) => {
	const ada = await meet({ shell: false });
	const { page } = ada;
	await ada.opensALiveRoom();
	await ada.leaves();
	await couldInstall(page);
	await comesBackHome(page);
	await expect(installCard(page)).toHaveCount(0);
	await ada.opensARoomNamed('Thursday plans');
	await couldInstall(page);
	await expect(installCard(page)).toHaveCount(0);
	await ada.leaves();
	await expect(installCard(page)).toHaveCount(0);
	await couldInstall(page);
	await expect(installCard(page).getByRole('button', { name: 'Install' })).toBeVisible();
	await installCard(page).getByRole('button', { name: 'Not now' }).click();
	await expect(installCard(page)).toHaveCount(0);
	await page.reload();
	await couldInstall(page);
	await comesBackHome(page);
	await expect(installCard(page)).toHaveCount(0);
	await page.clock.setFixedTime(Date.now() + monthMs);
	await page.reload();
	await couldInstall(page);
	await expect(installCard(page)).toBeVisible();
});

test('where only the person can install the app, the card says how, and the cross is for good', async ({ meet }) => {
	const ben = await meet({ shell: false });
	const { page } = ben;
	await page.addInitScript(beSafariOnIos);
	for (const kind of ['first', 'second']) {
		await ben.opensALiveRoom(kind);
		await ben.leaves();
	}
	const card = installCard(page);
	await expect(card.getByText('Tap Share, then Add to Home Screen.')).toBeVisible();
	await expect(card.getByRole('button', { name: 'Install' })).toHaveCount(0);
	await card.getByRole('button', { name: 'Don’t ask again' }).click();
	await expect(card).toHaveCount(0);
	await page.clock.setFixedTime(Date.now() + monthMs);
	await page.reload();
	await comesBackHome(page);
	await expect(card).toHaveCount(0);
});

test('what another app shares stands where one writes, in the room that one chooses, and is sent by nobody', async ({
	meet,
	server
}) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	const { link, password } = await ada.opensARoom('Thursday plans');
	await ben.opensTheLink(link);
	await page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
	await page.getByRole('switch', { name: /^Ask for the password each time/ }).uncheck();
	await ben.answersTheGate(password, 'Paper Moon');
	await expect(ben.composer).toBeVisible();
	await isKept(page);
	await page.close();
	// As the system does it: from outside.
	const shown = await ben.context.newPage();
	await shown.setContent(`<form method="post" action="${server.origin}/share" enctype="multipart/form-data">
		<input name="title" value="The venue" /><input name="url" value="https://example.org/venue" /><button>Share</button>
	</form>`);
	await shown.getByRole('button', { name: 'Share' }).click();
	const sheet = shown.getByRole('dialog', { name: 'Share into which room?' });
	await expect(sheet.getByText('https://example.org/venue')).toBeVisible();
	await sheet.getByRole('button', { name: 'Thursday plans' }).click();
	await expect(shown.getByRole('textbox', { name: 'Message' })).toHaveValue('The venue\nhttps://example.org/venue');
	await expect(ada.thread.locator('.msg')).toHaveCount(0);
});

test('what is shared while nobody here could take it isn’t read by the server, and the page says that it didn’t arrive', async ({
	meet,
	server
}) => {
	const { page } = await meet({ shell: false });
	await page.setContent(`<form method="post" action="${server.origin}/share" enctype="multipart/form-data">
		<input name="title" value="The venue" /><button>Share</button>
	</form>`);
	await page.getByRole('button', { name: 'Share' }).click();
	await expect(page.getByText('What you shared didn’t arrive. Share it again.')).toBeVisible();
	await expect(page).toHaveURL(`${server.origin}/`);
});

/** What lies in the cache of the version that answers. */
const pageText = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).text(), path);

test('a shortcut of the app leads to its field, also where the page stands already', async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/#open-h');
	await expect(page.getByLabel('Room name')).toBeFocused();
	await page.evaluate(() => location.assign('/#join'));
	await expect(page.getByLabel('Invite link')).toBeFocused();
	await page.evaluate(() => location.assign('/#open-h'));
	await expect(page.getByLabel('Room name')).toBeFocused();
});

test('a first copy of the app that arrived broken is made once more, without a reload', async ({ meet }) => {
	const wire = await layWire();
	let times = 0;
	wire.exchange('/how-it-works', (text) => (times++ === 0 ? `${text}<!-- broken on its way -->` : text));
	const { page } = await meet({ proxy: wire.proxy });
	await page.goto('/');
	await isKept(page);
	expect(times).toBeGreaterThan(1);
	await wire.close();
});

test('a page that is nobody’s, as after a reload past every cache, belongs to the kept copy a moment later', async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/');
	await isKept(page);
	const session = await page.context().newCDPSession(page);
	const loaded = page.waitForEvent('load');
	await session.send('Page.reload', { ignoreCache: true });
	await loaded;
	expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
	await isKept(page);
});

/** What a browser is told of a version after: another page, and none of the scripts, which are noted, since theirs have other names. */
function nextRelease(
	worker: string,
	{ version, page, scripts }: { readonly version: string; readonly page: string; readonly scripts: Set<string> }
): string {
	return worker.replace(/\{"version":"[^"]+","files":(\{[^}]*\})\}/, (_, listed: string) => {
		const files = new Map<string, string>(Object.entries(JSON.parse(listed)));
		for (const path of files.keys()) {
			if (!path.startsWith('/_app/immutable/')) continue;
			files.delete(path);
			scripts.add(path);
		}
		files.set('/how-it-works', createHash('sha256').update(page).digest('base64url'));
		return JSON.stringify({ version, files: Object.fromEntries(files) });
	});
}

/** What listens for it comes a second after the page. */
async function looksForNews(page: Page, words: string): Promise<void> {
	await expect(async () => {
		await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
		await expect(page.getByText(words)).toBeVisible({ timeout: 1000 });
	}).toPass();
}

test('a new version waits until somebody takes it, then every tab has it, but for one that is in a room', async ({ meet }) => {
	const wire = await layWire();
	const ben = await meet({ proxy: wire.proxy });
	const { page } = ben;
	await ben.opensARoom('Thursday plans');
	await isKept(page);
	const cleo = await meet({ proxy: wire.proxy });
	await cleo.opensALiveRoom();
	await isKept(cleo.page);
	const other = await ben.context.newPage();
	await other.goto('/settings');
	const toast = 'A new version of Sotto is ready.';
	const scripts = new Set<string>();
	for (const version of ['another', 'a third']) {
		const before = await pageText(other, '/how-it-works');
		const changed = `${before}<!-- ${version} -->`;
		wire.exchange('/how-it-works', () => changed);
		wire.exchange('/service-worker.js', (text) => nextRelease(text, { version, page: changed, scripts }));
		await looksForNews(other, toast);
		await expect(page.getByText(toast)).toBeVisible();
		expect(await pageText(other, '/how-it-works')).toBe(before);
		await ben.says(`said before ${version}`);

		await Promise.all([other.waitForEvent('load'), other.getByRole('button', { name: 'Reload' }).click()]);
		await expect.poll(() => pageText(other, '/how-it-works')).toBe(changed);
		// The room goes on in the version that it began with, until its owner says otherwise.
		await ben.sees(`said before ${version}`);
		await ben.says(`said after ${version}`);
		await expect(page.getByText(toast)).toBeVisible();
	}
	await other.close();
	// A Live room stands on its screen alone.
	await looksForNews(cleo.page, 'A new version is ready. Reload after this room, or your screen is cleared.');
	// Neither the server has what the room's own version brought, nor the two versions after it.
	expect(scripts.size).toBeGreaterThan(10);
	for (const path of scripts) wire.exchange(path, () => 'throw new Error("of another version")');
	await ben.opensTheMenu('Purge for everybody');
	await expect(page.getByRole('button', { name: /^Hold to purge/ })).toBeVisible();
	await ben.closesTheSheet();
	await page.getByRole('button', { name: 'Reload' }).click();
	await expect(page.getByRole('button', { name: 'Come in' })).toBeVisible();
	await wire.close();
});

test('notifications are asked for by a click alone, say nothing of the room, and the badge counts rooms', async ({
	meet,
	server
}) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	await page.addInitScript(() => {
		const badges: number[] = [];
		Reflect.set(globalThis, 'badges', badges);
		Reflect.set(navigator, 'setAppBadge', async (count: number) => void badges.push(count));
		Reflect.set(navigator, 'clearAppBadge', async () => void badges.push(0));
		// Without a head the browser says no before it is asked.
		const questions: string[] = [];
		Reflect.set(globalThis, 'questions', questions);
		Object.defineProperty(Notification, 'permission', { get: () => (questions.length === 0 ? 'default' : 'granted') });
		Notification.requestPermission = async () => {
			questions.push('may we?');
			return 'granted';
		};
	});
	const asked = () => page.evaluate<number>(() => Reflect.get(globalThis, 'questions').length);
	const badge = () => page.evaluate<number>(() => Reflect.get(globalThis, 'badges').at(-1));
	const invitation = await ada.opensALiveRoom('Thursday plans');
	await ben.comesIn(invitation, 'Paper Moon');
	await isKept(page);
	await ben.context.grantPermissions(['notifications'], { origin: server.origin });
	expect(await asked()).toBe(0);
	await ben.opensTheMenu('Notify me');
	await page.getByRole('button', { name: 'Room menu' }).click();
	await expect(page.getByRole('menuitem', { name: 'Don’t notify me' })).toBeVisible();
	expect(await asked()).toBe(1);
	await page.keyboard.press('Escape');
	await page.evaluate(() => {
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
		document.dispatchEvent(new Event('visibilitychange'));
	});
	await ada.says('a word that nobody else is to see');
	await ada.says('and another');
	const shown = () =>
		page.evaluate(async () => {
			const registration = await navigator.serviceWorker.ready;
			return (await registration.getNotifications()).map(({ title, body }) => [title, body]);
		});
	await expect.poll(shown).toEqual([['Sotto', 'Something new in a room.']]);
	await ben.sees('and another');
	expect(await badge()).toBe(1);
	expect(await asked()).toBe(1);
	await page.evaluate(() => {
		Reflect.deleteProperty(document, 'hidden');
		document.dispatchEvent(new Event('visibilitychange'));
	});
	await expect.poll(shown).toEqual([]);
	await expect.poll(badge).toBe(0);
});
