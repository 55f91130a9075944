import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const gone = /There.s no room here\./;

test('a wrong password is said at once, nothing is lost, and the right one opens the room', async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.opensTheLink(invitation.link);
	await ben.answersTheGate('not-the-right-words', 'Calm Wren');
	await expect(ben.page.getByText(/That password doesn.t open this room\./)).toBeVisible();
	await expect(ben.page.getByLabel('Your alias')).toHaveValue('Calm Wren');
	const field = ben.page.getByLabel('Room password');
	await expect(field).toBeFocused();
	await expect(field).toHaveValue('not-the-right-words');
	await field.fill(invitation.password);
	await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeEnabled();
	await ben.page.getByRole('button', { name: 'Come in' }).click();
	await expect(ben.composer).toBeVisible();
});

test(
	'after five wrong passwords the app works for its next try by itself, and the right one still opens the room',
	{ tag: '@long' },
	async ({ meet }) => {
		const ada = await meet();
		const ben = await meet();
		const invitation = await ada.opensARoom('');
		await ben.opensTheLink(invitation.link);
		for (let attempt = 0; attempt < 5; attempt++) {
			await ben.answersTheGate(`wrong-${attempt}`);
			await expect(ben.page.getByText(/That password doesn.t open this room\.|Too many tries/)).toBeVisible();
			await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeEnabled({ timeout: 30_000 });
		}
		await ben.answersTheGate(invitation.password);
		await expect(ben.composer).toBeVisible({ timeout: 60_000 });
	}
);

/** The moment that the button is there: a key may be made sooner than a test finds it. */
function cancelsAtOnce(page: Page): Promise<void> {
	return page.evaluate(
		() =>
			new Promise<void>((resolve) => {
				const watch = new MutationObserver(() => {
					const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Cancel');
					if (button === undefined) return;
					watch.disconnect();
					button.click();
					resolve();
				});
				watch.observe(document.body, { childList: true, subtree: true });
			})
	);
}

test('the page does not freeze while the key is made, and the making can be cancelled', async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('');
	await ben.opensTheLink(invitation.link);
	const cancelled = cancelsAtOnce(ben.page);
	await ben.answersTheGate(invitation.password, 'Calm Wren');
	await cancelled;
	await expect(ben.page.getByLabel('Your alias')).toHaveValue('Calm Wren');
	await expect(ben.page.getByLabel('Room password')).toHaveValue(invitation.password);
	await expect(ben.page.getByLabel('Room password')).toBeFocused();
	const frames = ben.page.evaluate(async () => {
		const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
		const isMaking = () => document.querySelector('[role=progressbar]') !== null;
		while (!isMaking()) await nextFrame();
		let drawn = 0;
		for (; isMaking(); drawn++) await nextFrame();
		return drawn;
	});
	await ben.answersTheGate(invitation.password);
	await expect(ben.composer).toBeVisible();
	// A page that made it itself would draw nothing meanwhile.
	expect(await frames).toBeGreaterThan(5);
});

test('damaged links are mended on the device', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const invitation = await ada.opensARoom('');
	const [before = '', code = ''] = invitation.link.split('#');
	const damaged = [
		`${before}%23${code}`,
		`${before}#${code.toUpperCase()}`,
		`${before}#${code}.`,
		`${before}#${code.slice(0, 20)}\n${code.slice(20)}`,
		`Come in: ${before}#${code} see you`
	];
	for (const link of damaged) {
		const ben = await meet();
		await ben.page.goto('/');
		await ben.page.getByLabel('Invite link').fill(link);
		await ben.page.getByRole('button', { name: 'Join', exact: true }).click();
		await expect(ben.page.getByRole('button', { name: 'Come in' }), link).toBeVisible();
		await ben.goes();
	}
});

test('a link opened with %23 for # finds the gate too', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const invitation = await ada.opensARoom('');
	const ben = await meet();
	await ben.page.goto(invitation.link.replace('#', '%23'));
	await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeVisible();
	expect(new URL(ben.page.url()).href).not.toContain(invitation.link.split('#')[1]);
});

test('what is not an invite link is told apart from a link without its key, and from a room that has ended', async ({ meet }) => {
	const ada = await meet();
	const { page } = ada;
	await page.goto('/');
	await page.getByLabel('Invite link').fill('https://example.org/elsewhere');
	await page.getByRole('button', { name: 'Join', exact: true }).click();
	await expect(page.getByText(/That isn.t a Sotto invite link\./)).toBeVisible();
	await expect(page.getByLabel('Invite link')).toHaveValue('https://example.org/elsewhere');
	await page.goto('/r');
	await expect(page.getByRole('heading', { name: 'Part of this link is missing.' })).toBeVisible();
	await page.goto('/r#caje');
	await expect(page.getByRole('heading', { name: 'Part of this link is missing.' })).toBeVisible();
	// K1 of the vectors: a good link of a room that was never made.
	await page.goto('/r#cajoqxdbqlbqk2kpyflwvuwotnlqadnqlayglswq2df7saztl6ghxbg7');
	await expect(page.getByRole('heading', { name: gone })).toBeVisible();
});

test('a browser without what encryption takes is told so, on every page, and the link can be copied', async ({ meet }) => {
	const old = await meet();
	await old.page.addInitScript(() => {
		Reflect.deleteProperty(Promise, 'withResolvers');
		Reflect.deleteProperty(globalThis, 'reportError');
	});
	for (const path of ['/', `/r#${'c'.repeat(24)}`]) {
		await old.page.goto('about:blank');
		await old.page.goto(path);
		await expect(old.page.getByRole('heading', { name: /This browser can.t keep secrets\./ })).toBeVisible();
		await expect(old.page.getByRole('button', { name: 'Copy the link' })).toBeVisible();
		await expect(old.page.getByRole('button', { name: 'Open the room' })).toBeHidden();
	}
	const plain = await meet();
	await plain.page.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
	await plain.page.goto('/');
	await expect(plain.page.getByRole('heading', { name: /This page didn.t arrive safely\./ })).toBeVisible();
});

test('a full room says so, and tells by itself when there is a place', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const [ben, cleo] = [await meet(), await meet()];
	await ada.page.goto('/');
	const people = ada.page.getByLabel('People, at most');
	await people.fill('2');
	const invitation = await ada.opensARoomFromHere();
	await ben.comesIn(invitation, 'Amber Fox');
	await cleo.opensTheLink(invitation.link);
	await expect(cleo.page.getByRole('heading', { name: 'This room is full.' })).toBeVisible();
	await expect(cleo.page.getByText(/^2 of 2 people are inside\./)).toBeVisible();
	await cleo.page.getByRole('button', { name: /Tell me when there.s room/ }).click();
	await expect(cleo.page.getByText('We look every few seconds. Keep this page open.')).toBeVisible();
	await ben.leaves();
	await expect(cleo.page.getByText(/There.s a place for you now\./)).toBeVisible({ timeout: 40_000 });
	await cleo.answersTheGate(invitation.password);
	await expect(cleo.composer).toBeVisible();
});

test('the QR code of the share sheet is read from a picture of it', async ({ meet }, info) => {
	const ada = await meet();
	const ben = await meet();
	const { password } = await ada.opensALiveRoom();
	await ada.page.getByRole('button', { name: 'Share this room' }).click();
	const picture = info.outputPath('code.png');
	await ada.page.getByRole('dialog', { name: 'Share this room' }).getByRole('img').first().screenshot({ path: picture });
	await ben.page.goto('/');
	await ben.page.getByRole('button', { name: 'Scan a QR code' }).click();
	await chooseAPicture(ben.page, picture);
	await expect(ben.page.getByRole('button', { name: 'Come in' })).toBeVisible();
	await ben.answersTheGate(password);
	await expect(ben.composer).toBeVisible();
});

async function chooseAPicture(page: Page, picture: string): Promise<void> {
	const chooser = page.waitForEvent('filechooser');
	await page.getByText('Choose a picture instead').click();
	await (await chooser).setFiles(picture);
}
