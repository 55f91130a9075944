import type { Page } from '@playwright/test';
import { makesACode, redeems } from './account.ts';
import { expect, freeRooms, test } from './fixtures.ts';
import { countTokens, goHome, openButton, usedRooms } from './home.ts';
import { issueVoucher } from './vouchers.ts';

test.use({ shell: true });

/** Loses all but `left`, as rooms opened one after the other would. */
function keepTokens(page: Page, left: number): Promise<void> {
	return page.evaluate(async (keep) => {
		const answered = <Value>(request: IDBRequest<Value>) =>
			new Promise<Value>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error('database'));
			});
		const database = await answered(indexedDB.open('epr1'));
		const store = database.transaction('tokens', 'readwrite').objectStore('tokens');
		const keys = await answered(store.getAllKeys());
		await Promise.all(keys.slice(keep).map((key) => answered(store.delete(key))));
		database.close();
	}, left);
}

test('this month’s rooms are made while one looks at the form, and counted from then on', async ({ meet }) => {
	const { page } = await meet();
	await goHome(page);
	await expect(usedRooms(page)).toHaveText(`0 of ${freeRooms} rooms used this month.`);
	await expect.poll(() => countTokens(page)).toBe(freeRooms);
	await openButton(page).click();
	await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
	expect(await countTokens(page)).toBe(freeRooms - 1);
	await goHome(page);
	await expect(usedRooms(page)).toHaveText(`1 of ${freeRooms} rooms used this month.`);
});

test('two tabs that open rooms at once share one batch, and take different tokens', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const other = await ada.context.newPage();
	await goHome(ada.page);
	await goHome(other);
	await Promise.all([openButton(ada.page).click(), openButton(other).click()]);
	for (const page of [ada.page, other]) await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
	expect(await countTokens(ada.page)).toBe(freeRooms - 2);
});

test('without a room left there is a page that says so, and joining goes on', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await goHome(ben.page);
	await expect.poll(() => countTokens(ben.page)).toBe(freeRooms);
	await keepTokens(ben.page, 1);
	await goHome(ben.page);
	await expect(usedRooms(ben.page)).toHaveText('1 room left this month.');
	await ben.opensARoomNamed('The last one');
	await goHome(ben.page);
	await ben.page.getByLabel('Room name').fill('One more');
	await openButton(ben.page).click();
	await expect(ben.page.getByRole('heading', { name: `That’s all ${freeRooms} rooms for this month.` })).toBeFocused();
	await expect(ben.page.getByText(/Counting starts again on 1 [A-Z][a-z]+\.$/)).toBeVisible();
	await expect(ben.page.getByRole('main').getByRole('link', { name: 'See Pro' })).toHaveAttribute('href', '/plan');
	await ben.page.getByRole('button', { name: 'Not now' }).click();
	await expect(ben.page.getByLabel('Room name')).toHaveValue('One more');
	await ben.comesIn(invitation, 'Amber Fox');
});

test('what is part of Pro can be seen and not taken', async ({ meet }) => {
	const { page } = await meet();
	await goHome(page);
	const [week, month] = [page.getByRole('radio', { name: /^7 days/ }), page.getByRole('radio', { name: '30 days' })];
	await expect(month).toBeChecked();
	await month.focus();
	await page.keyboard.press('ArrowLeft');
	await expect(page.getByText(/^7 days is part of Pro\. Your room still ends after 30 days\./)).toBeVisible();
	await expect(month).toBeChecked();
	await expect(week).not.toBeChecked();
	await page.getByRole('radio', { name: /^Another time/ }).click();
	await expect(page.getByText(/^A time of your own is part of Pro\./)).toBeVisible();
	await month.focus();
	await openButton(page).click();
	await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
});

test('erasing this device takes the tokens', async ({ meet }) => {
	const { page } = await meet();
	await goHome(page);
	await expect.poll(() => countTokens(page)).toBe(freeRooms);
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Erase this device' }).click();
	const hold = page.getByRole('dialog').getByRole('button', { name: /^Hold to erase/ });
	await hold.focus();
	// It says so, and is loaded anew by itself.
	const loaded = page.waitForEvent('load');
	await page.keyboard.down('Space');
	await expect(page.getByText('This device remembers nothing.').first()).toBeVisible();
	await page.keyboard.up('Space');
	await loaded;
	// What begins on the home page after two quiet seconds is another batch.
	expect(await countTokens(page)).toBe(0);
});

test('who has Pro gets a Pro room, also where the server was away when the page came up', async ({ meet, database }) => {
	const ada = await meet();
	const { page } = ada;
	await page.goto('/plan');
	await makesACode(page);
	await redeems(page, await issueVoucher(database, 7));
	await expect.poll(() => countTokens(page)).toBe(30);
	const comesUpAlone = async () => {
		await page.route('**/graphql', (route) => route.abort());
		const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/graphql'));
		await page.goto('/');
		await failed;
	};
	const serverIsBack = () => page.unroute('**/graphql');
	await comesUpAlone();
	await serverIsBack();
	await ada.opensARoomFromHere();
	expect(await countTokens(page)).toBe(29);
	await comesUpAlone();
	await expect(usedRooms(page)).toHaveText('');
	await serverIsBack();
	await ada.context.setOffline(true);
	await ada.context.setOffline(false);
	await expect(usedRooms(page)).toHaveText('Pro: 1 room opened from this device this month, no limit.');
});
