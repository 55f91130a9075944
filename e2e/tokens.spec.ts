import type { Page, Request } from '@playwright/test';
import { losesTheAnswer, makesACode, redeems } from './account.ts';
import { expect, test } from './fixtures.ts';
import { withServer } from './server.ts';
import { issueVoucher } from './vouchers.ts';

/** How many tokens this profile holds; the database is not made by looking. */
function countTokens(page: Page): Promise<number> {
	return page.evaluate(async () => {
		if (!(await indexedDB.databases()).some(({ name }) => name === 'epr1')) return 0;
		const answered = <Value>(request: IDBRequest<Value>) =>
			new Promise<Value>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error('database'));
			});
		const database = await answered(indexedDB.open('epr1'));
		const held = database.objectStoreNames.contains('tokens')
			? await answered(database.transaction('tokens').objectStore('tokens').count())
			: 0;
		database.close();
		return held;
	});
}

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

const used = (page: Page) => page.locator('.open-form__quota');
const open = (page: Page) => page.getByRole('button', { name: 'Open the room' });

const operationOf = (request: Request) => String(request.postDataJSON()?.operationName);

async function goHome(page: Page): Promise<void> {
	await page.goto('/');
	await expect(used(page)).not.toHaveText('');
}

test('this month’s rooms are made while one looks at the form, and counted from then on', async ({ meet }) => {
	const { page } = await meet();
	await goHome(page);
	await expect(used(page)).toHaveText('0 of 15 rooms used this month.');
	await expect.poll(() => countTokens(page)).toBe(15);
	await open(page).click();
	await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
	expect(await countTokens(page)).toBe(14);
	await goHome(page);
	await expect(used(page)).toHaveText('1 of 15 rooms used this month.');
});

test('two tabs that open rooms at once share one batch, and take different tokens', async ({ meet }) => {
	const ada = await meet();
	const other = await ada.context.newPage();
	await goHome(ada.page);
	await goHome(other);
	await Promise.all([open(ada.page).click(), open(other).click()]);
	for (const page of [ada.page, other]) await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
	expect(await countTokens(ada.page)).toBe(13);
});

test('without a room left there is a page that says so, and joining goes on', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await goHome(ben.page);
	await expect.poll(() => countTokens(ben.page)).toBe(15);
	await keepTokens(ben.page, 1);
	await goHome(ben.page);
	await expect(used(ben.page)).toHaveText('1 room left this month.');
	await ben.opensARoomNamed('The last one');
	await goHome(ben.page);
	await ben.page.getByLabel('Room name').fill('One more');
	await open(ben.page).click();
	await expect(ben.page.getByRole('heading', { name: 'That’s all 15 rooms for this month.' })).toBeFocused();
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
	await open(page).click();
	await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
});

test('erasing this device takes the tokens', async ({ meet }) => {
	const { page } = await meet();
	await goHome(page);
	await expect.poll(() => countTokens(page)).toBe(15);
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Erase this device' }).click();
	const hold = page.getByRole('dialog').getByRole('button', { name: /^Hold to erase/ });
	await hold.focus();
	await page.keyboard.down('Space');
	await expect(page.getByText('This device remembers nothing.').first()).toBeVisible();
	await page.keyboard.up('Space');
	// What begins on the home page after two quiet seconds is another batch.
	expect(await countTokens(page)).toBe(0);
});

test('whoever asks at once sees how far the work is, may stop it, and loses nothing', async ({ meet }) => {
	// More work than anybody waits for.
	await withServer({ LIMIT_WORK_BITS: '10' }, async (server) => {
		const ada = await meet({ baseURL: server.origin });
		const { page } = ada;
		const asked: string[] = [];
		await page.route('**/graphql', async (route) => {
			const operation = operationOf(route.request());
			asked.push(operation);
			// Luck may end any work early: what it is good for never comes.
			if (operation !== 'IssueFreeTokens') await route.continue();
		});
		await goHome(page);
		await page.getByLabel('Room name').fill('Thursday plans');
		// It has begun by itself by now.
		await expect.poll(() => asked).toContain('PowChallenge');
		await open(page).click();
		const progress = page.getByRole('progressbar', { name: 'Making your rooms for this month…' });
		await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
		asked.length = 0;
		await page.getByRole('button', { name: 'Cancel' }).click();
		await expect(open(page)).toBeEnabled();
		await expect(progress).toHaveCount(0);
		await expect(page.getByRole('alert')).toHaveCount(0);
		await expect(page.getByLabel('Room name')).toHaveValue('Thursday plans');
		// What would go on unseen has all the time that another tab takes to come up.
		const other = await ada.context.newPage();
		await goHome(other);
		await other.close();
		expect(asked).toEqual([]);
		await ada.context.setOffline(true);
		await open(page).click();
		await expect(page.getByText('The room couldn’t be opened. Check your connection and try again.')).toBeVisible();
		await expect(page.getByLabel('Room name')).toHaveValue('Thursday plans');
		expect(await countTokens(page)).toBe(0);
	});
});

test('cancel also stops the wait for a server that doesn’t say what it offers', async ({ meet }) => {
	const { page } = await meet();
	const givenUp: string[] = [];
	page.on('requestfailed', (request) => givenUp.push(request.url()));
	await page.route('**/graphql', () => undefined);
	await page.goto('/');
	// The password is no more what it waits for.
	await expect(page.getByText('Strong: four random words.')).toBeVisible();
	await open(page).click();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(open(page)).toBeVisible();
	await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
	await expect(page.getByRole('alert')).toHaveCount(0);
	expect(givenUp).toEqual([]);
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
		await page.unroute('**/graphql');
	};
	await comesUpAlone();
	await ada.opensARoomFromHere();
	expect(await countTokens(page)).toBe(29);
	await comesUpAlone();
	await expect(used(page)).toHaveText('');
	await ada.context.setOffline(true);
	await ada.context.setOffline(false);
	await expect(used(page)).toHaveText('Pro: 1 room opened from this device this month, no limit.');
});

test('a room whose answers were all lost is the one that the next press opens', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ada;
	await goHome(page);
	await expect.poll(() => countTokens(page)).toBe(15);
	const rooms: string[] = [];
	page.on('request', (request) => {
		if (operationOf(request) === 'CreateRoom') rooms.push(String(request.postDataJSON().variables.roomId));
	});
	const answers = await losesTheAnswer(page, 'CreateRoom');
	await page.getByLabel('Room name').fill('Thursday plans');
	await open(page).click();
	await expect(page.getByText('The room couldn’t be opened. Check your connection and try again.')).toBeVisible();
	await answers();
	const invitation = await ada.opensARoomFromHere();
	expect([rooms.length, new Set(rooms).size, await countTokens(page)]).toEqual([5, 1, 14]);
	await ben.comesIn(invitation, 'Amber Fox');
	await ada.says('There you are');
	await ben.sees('There you are');
});
