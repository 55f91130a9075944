import type { Page } from '@playwright/test';
import type { Invitation, Person } from './person.ts';
import { expect, test } from './fixtures.ts';
import { withServer } from './server.ts';
import { clearHttpCache, isKept } from './shell.ts';

const keepSwitch = (person: Person) => person.page.getByRole('switch', { name: /^Keep this room on this device/ });
const askSwitch = (person: Person) => person.page.getByRole('switch', { name: /^Ask for the password each time/ });

/** What lies in the database: kept rooms, their rows, what waits. */
function counts(page: Page): Promise<number[]> {
	return page.evaluate(async () => {
		const opening = indexedDB.open('epr1');
		const database = await new Promise<IDBDatabase>((resolve) => (opening.onsuccess = () => resolve(opening.result)));
		const counted = ['kept', 'cache', 'outbox'].map((name) => {
			const counting = database.transaction(name).objectStore(name).count();
			return new Promise<number>((resolve) => (counting.onsuccess = () => resolve(counting.result)));
		});
		const all = await Promise.all(counted);
		database.close();
		return all;
	});
}

async function comesInAndKeeps(person: Person, { link, password }: Invitation, asks: boolean): Promise<void> {
	await person.opensTheLink(link);
	await keepSwitch(person).check();
	await askSwitch(person).setChecked(asks);
	await person.answersTheGate(password, 'Amber Fox');
	await expect(person.composer).toBeVisible();
}

test('a kept room opens with the server stopped, takes words, and sends them once when it is back', async ({ meet }) => {
	await withServer({}, async (server) => {
		const [ada, ben] = [await meet({ baseURL: server.origin }), await meet({ baseURL: server.origin })];
		const { page } = ben;
		const invitation = await ada.opensARoom('Thursday plans');
		await ada.says('one');
		await comesInAndKeeps(ben, invitation, false);
		await ben.sees('one');
		await isKept(page);
		await server.kill();
		await clearHttpCache(page);

		await page.goto('/');
		await page.getByRole('link', { name: 'Thursday plans' }).click();
		await ben.sees('one');
		await ben.says('written offline');
		await ben.says('and this');
		await expect(page.getByText('Waiting for a connection')).toBeVisible();
		await page.reload();
		await ben.sees('and this');
		await expect(ada.page.getByText('written offline')).toHaveCount(0);

		await server.start();
		await ada.sees('and this');
		await expect(ada.thread.locator('.msg p')).toHaveText(['one', 'written offline', 'and this']);
		await expect(ben.thread.locator('.msg p')).toHaveText(['one', 'written offline', 'and this']);
	});
});

test('a kept room that asks for its password shows nothing of itself, and opens with it alone', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	const invitation = await ada.opensARoom('Thursday plans');
	await ada.says('one');
	await comesInAndKeeps(ben, invitation, true);
	await ben.sees('one');
	await page.goto('/');
	await expect(page.getByText('Thursday plans')).toHaveCount(0);
	await page.getByRole('link', { name: 'A room without a name' }).click();
	await page.getByLabel('Room password').fill('not-the-right-words');
	await page.getByRole('button', { name: 'Come in' }).click();
	await expect(page.getByText(/That password doesn.t open this room/)).toBeVisible();
	await ben.answersTheGate(invitation.password);
	await ben.sees('one');
});

test('a kept room can be renamed and forgotten on the home page', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
	await page.goto('/');
	await page.getByRole('button', { name: 'Options for Thursday plans' }).click();
	await page.getByLabel('Name on this device').fill('The party');
	await page.getByRole('button', { name: 'Save the name' }).click();
	await expect(page.getByRole('link', { name: 'The party' })).toBeVisible();
	await page.getByRole('button', { name: 'Options for The party' }).click();
	await page.getByRole('button', { name: 'Forget on this device' }).click();
	await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
	await page.reload();
	await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
	expect(await counts(page)).toEqual([0, 0, 0]);
});

test('a kept room is in one tab at a time, and its end leaves nothing of it on any device', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
	await ada.says('one');
	await ben.sees('one');
	const other = await ben.context.newPage();
	await other.goto('/');
	await other.getByRole('link', { name: 'Thursday plans' }).click();
	await expect(other.getByRole('heading', { name: 'This room is open in another tab.' })).toBeVisible();
	await other.close();

	await ada.opensTheMenu('Purge for everybody');
	const hold = ada.page.getByRole('button', { name: 'Hold to purge' });
	await hold.focus();
	await ada.page.keyboard.down('Space');
	await expect(ben.page.getByRole('heading', { name: 'This room has ended.' })).toBeVisible();
	await ada.page.keyboard.up('Space');
	await ben.page.goto('/');
	await expect(ben.page.getByText('None yet.', { exact: false })).toBeVisible();
	expect(await counts(ben.page)).toEqual([0, 0, 0]);
});

test('leaving a kept room takes it from the device, a closed tab does not', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
	await ben.page.close();
	const page = await ben.context.newPage();
	await page.goto('/');
	await page.getByRole('link', { name: 'Thursday plans' }).click();
	await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
	await page.getByRole('button', { name: 'Room menu' }).click();
	await page.getByRole('menuitem', { name: 'Leave on this device' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
	await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
	expect(await counts(page)).toEqual([0, 0, 0]);
});
