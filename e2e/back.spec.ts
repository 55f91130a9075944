import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Everything the session history knows of this entry, as text. */
function entry(page: Page): Promise<string> {
	return page.evaluate(() => JSON.stringify([history.state, location.href]));
}

test('Back closes what lies open over a room, one thing at a time, and only then leaves it', async ({ meet }) => {
	const ada = await meet();
	const { page } = ada;
	const { link } = await ada.opensARoom('Thursday plans');
	const key = link.split('#')[1] ?? link;
	const home = page.getByRole('heading', { name: 'Rooms that keep quiet.' });

	await test.step('the menu', async () => {
		const opener = page.getByRole('button', { name: 'Room menu' });
		await opener.click();
		await expect(page.getByRole('menu')).toBeVisible();
		await expect.poll(() => entry(page)).toContain('sotto.layers');
		await page.goBack();
		await expect(page.getByRole('menu')).toHaveCount(0);
		await expect(opener).toBeFocused();
	});

	for (const [item, title] of [
		['Leave on this device', 'Leave on this device?'],
		['Purge for everybody', 'Purge this room for everybody?']
	] as const) {
		await test.step(`the sheet ${title}`, async () => {
			await ada.opensTheMenu(item);
			await expect(page.getByRole('dialog', { name: title })).toBeVisible();
			await expect.poll(() => entry(page)).toContain('sotto.layers');
			expect(await entry(page)).not.toContain(key);
			await page.goBack();
			await expect(page.getByRole('dialog')).toHaveCount(0);
			await expect(ada.composer).toBeVisible();
			// The menu that it was chosen in is gone.
			await expect(page.locator('body')).not.toBeFocused();
		});
	}

	await test.step('the server’s eye view', async () => {
		await ada.opensTheMenu(/Server.s eye view/);
		await expect(page.getByRole('button', { name: 'Back to the room' })).toBeVisible();
		await expect.poll(() => entry(page)).toContain('sotto.layers');
		await page.goBack();
		await expect(page.getByRole('button', { name: 'Back to the room' })).toHaveCount(0);
		await expect(ada.composer).toBeVisible();
	});

	await test.step('what was closed by Escape or its own button leaves nothing for Back to close', async () => {
		await ada.opensTheMenu('Leave on this device');
		await ada.closesTheSheet();
		const share = page.getByRole('button', { name: 'Share this room' });
		await share.click();
		await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
		await expect(page.getByRole('dialog')).toHaveCount(0);
		await expect(share).toBeFocused();
		await expect.poll(() => entry(page)).not.toContain('sotto.layers');
		await page.goBack();
		await expect(home).toBeVisible();
		await page.goForward();
		await expect(ada.composer).toBeVisible();
	});

	await test.step('a link that is followed with the menu open leaves none either', async () => {
		await page.getByRole('button', { name: 'Room menu' }).click();
		await expect.poll(() => entry(page)).toContain('sotto.layers');
		await page.getByRole('link', { name: 'Settings' }).click();
		await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
		await page.goBack();
		await expect(ada.composer).toBeVisible();
		expect(await entry(page)).not.toContain('sotto.layers');
		await page.goBack();
		await expect(home).toBeVisible();
	});
});

test('a reload, leaving and a purge with a sheet open leave no entry of it behind', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	const invitation = await ada.opensARoom('');
	await ben.page.goto('/how-it-works');
	await ben.comesIn(invitation, 'Paper Moon');

	await test.step('a reload shows the gate, and Back leaves it', async () => {
		await ben.opensTheMenu('Leave on this device');
		await expect.poll(() => entry(ben.page)).toContain('sotto.layers');
		await ben.page.reload();
		await expect(ben.page.getByLabel('Room password')).toBeVisible();
		await expect.poll(() => entry(ben.page)).not.toContain('sotto.layers');
		await ben.answersTheGate(invitation.password);
		await expect(ben.composer).toBeVisible();
		expect(new URL(ben.page.url()).hash).toBe('');
	});

	await test.step('leaving goes home, and Back to where one was before the room', async () => {
		await ben.leaves();
		await ben.page.goBack();
		await expect(ben.page).toHaveURL(/how-it-works$/);
	});

	await test.step('the purge of somebody else shows its page, and Back none of the room', async () => {
		await ben.comesIn(invitation, 'Paper Moon');
		await ben.page.getByRole('button', { name: 'Share this room' }).click();
		await expect.poll(() => entry(ben.page)).toContain('sotto.layers');
		const loaded = ben.page.waitForEvent('load');
		await ada.purges();
		await loaded;
		await expect(ben.page).toHaveURL(/ended$/);
		await expect(ben.page.getByText('Somebody in it chose to purge it.')).toBeVisible();
		await ben.page.goBack();
		await expect(ben.page).toHaveURL(/how-it-works$/);
	});
});
