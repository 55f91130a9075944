import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** What the tab has in its storage, by name: what the router keeps there for itself left out. */
const stored = (page: Page) => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('epr1.')));

const turn = async (page: Page, on: boolean) => {
	await page.goto('/settings');
	await page.getByRole('switch', { name: /This is a shared computer/ }).setChecked(on);
};

test('on a shared computer nothing of a room is stored: a reload, and another link, take the link again', async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('Thursday plans');
	await turn(ben.page, true);
	await ben.opensTheLink(invitation.link);
	await expect(ben.page.getByText(/^Settings say that this is a shared computer/)).toBeVisible();
	await expect(ben.page.getByRole('switch', { name: /Keep this room/ })).toHaveCount(0);
	await ben.answersTheGate(invitation.password, 'Paper Moon');
	await ben.says('Nothing stays here.');
	await ada.sees('Nothing stays here.');
	expect(await stored(ben.page)).toEqual([]);

	await test.step('a reload says what to do, and the link leads in again, as somebody new', async () => {
		await ben.page.reload();
		await expect(ben.page.getByRole('heading', { name: 'Open the link again.' })).toBeVisible();
		await ben.comesIn(invitation, 'Slow River');
		await ben.sees('Nothing stays here.');
		expect(await stored(ben.page)).toEqual([]);
	});

	await test.step('another link leads from inside this room to the gate of the other', async () => {
		const other = await ada.opensARoom('Friday plans');
		const loaded = ben.page.waitForEvent('load');
		await ben.page.evaluate((hash) => (location.hash = hash), new URL(other.link).hash);
		await loaded;
		await ben.answersTheGate(other.password, 'Slow River');
		await expect(ben.page.getByRole('button', { name: /Friday plans.*Room details/ })).toBeVisible();
		expect(new URL(ben.page.url()).hash).toBe('');
		expect(await stored(ben.page)).toEqual([]);
	});
});

test('a tab that is in a room hears it from another one, and both ways', async ({ meet }) => {
	const ada = await meet();
	const invitation = await ada.opensARoom('Thursday plans');
	await ada.says('Before.');
	expect(await stored(ada.page)).toContain('epr1.link');
	const settings = await ada.context.newPage();
	await turn(settings, true);
	await expect.poll(() => stored(ada.page)).toEqual([]);
	await ada.says('Meanwhile.');
	expect(await stored(ada.page)).toEqual([]);
	await turn(settings, false);
	await expect.poll(() => stored(ada.page)).toContain('epr1.link');
	await ada.page.reload();
	await ada.answersTheGate(invitation.password);
	await ada.sees('Meanwhile.');
	await ada.says('After.');
});
