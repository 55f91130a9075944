import { losesTheAnswer } from './account.ts';
import { expect, freeRooms, test } from './fixtures.ts';
import { countTokens, goHome, openButton, operationOf } from './home.ts';
import { withServer } from './server.ts';

test.use({ shell: true });

test('whoever asks at once sees how far the work is, may stop it, and loses nothing', { tag: '@long' }, async ({ meet }) => {
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
		await openButton(page).click();
		const progress = page.getByRole('progressbar', { name: 'Making your rooms for this month…' });
		await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
		await page.getByRole('button', { name: 'Cancel' }).click();
		await expect(openButton(page)).toBeEnabled();
		await expect(progress).toHaveCount(0);
		// Luck may have ended it before it was stopped.
		asked.length = 0;
		await expect(page.getByRole('alert')).toHaveCount(0);
		await expect(page.getByLabel('Room name')).toHaveValue('Thursday plans');
		// What would go on unseen has all the time that another tab takes to come up.
		const other = await ada.context.newPage();
		await goHome(other);
		await other.close();
		expect(asked).toEqual([]);
		await ada.context.setOffline(true);
		await openButton(page).click();
		await expect(page.getByText('The room couldn’t be opened. Check your connection and try again.')).toBeVisible();
		await expect(page.getByLabel('Room name')).toHaveValue('Thursday plans');
		expect(await countTokens(page)).toBe(0);
	});
});

test('cancel also stops the wait for a server that doesn’t say what it offers', { tag: '@long' }, async ({ meet }) => {
	const { page } = await meet();
	const givenUp: string[] = [];
	page.on('requestfailed', (request) => givenUp.push(request.url()));
	await page.route('**/graphql', () => undefined);
	await page.goto('/');
	// The password is no more what it waits for.
	await expect(page.getByText('Strong: four random words.')).toBeVisible();
	await openButton(page).click();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(openButton(page)).toBeVisible();
	await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
	await expect(page.getByRole('alert')).toHaveCount(0);
	expect(givenUp).toEqual([]);
});

test('a room whose answers were all lost is the one that the next press opens', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ada;
	await goHome(page);
	await expect.poll(() => countTokens(page)).toBe(freeRooms);
	const rooms: string[] = [];
	page.on('request', (request) => {
		if (operationOf(request) === 'CreateRoom') rooms.push(String(request.postDataJSON().variables.roomId));
	});
	const answers = await losesTheAnswer(page, 'CreateRoom');
	await page.getByLabel('Room name').fill('Thursday plans');
	await openButton(page).click();
	await expect(page.getByText('The room couldn’t be opened. Check your connection and try again.')).toBeVisible();
	await answers();
	const invitation = await ada.opensARoomFromHere();
	expect([rooms.length, new Set(rooms).size, await countTokens(page)]).toEqual([5, 1, freeRooms - 1]);
	await ben.comesIn(invitation, 'Amber Fox');
	await ada.says('There you are');
	await ben.sees('There you are');
});
