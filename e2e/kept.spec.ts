import type { Page } from '@playwright/test';
import type { Invitation, Person } from './person.ts';
import { expect, test } from './fixtures.ts';
import { withServer } from './server.ts';
import { clearHttpCache, isKept } from './shell.ts';

test.use({ shell: true });

/** No room that costs nothing lasts longer. */
const monthMs = 31 * 24 * 3_600_000;

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
		// What is shown lies on the disk.
		await ben.sees('and this');
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
	await withServer({}, async (server) => {
		const [ada, ben] = [await meet({ baseURL: server.origin }), await meet({ baseURL: server.origin })];
		const { page } = ben;
		const invitation = await ada.opensARoom('Thursday plans');
		await ada.says('one');
		await comesInAndKeeps(ben, invitation, true);
		await ben.sees('one');
		await page.goto('/');
		await expect(page.getByText('Thursday plans')).toHaveCount(0);
		await page.getByRole('link', { name: 'A locked room' }).click();
		await page.getByLabel('Room password').fill('not-the-right-words');
		await page.getByRole('button', { name: 'Come in' }).click();
		await expect(page.getByText(/That password doesn.t open this room/)).toBeVisible();
		await ben.answersTheGate(invitation.password);
		await ben.sees('one');
		// The worker that makes the key comes from the kept copy too.
		await isKept(page);
		await server.stop();
		await clearHttpCache(page);
		await page.goto('/');
		await page.getByRole('link', { name: 'A locked room' }).click();
		await ben.answersTheGate(invitation.password);
		await ben.sees('one');
		await server.start();
		// Its end comes while nobody is in it, and there is no network.
		await page.clock.install();
		await page.goto('/');
		await expect(page.getByRole('link', { name: 'A locked room' })).toBeVisible();
		// What a page does by itself a while after it stands is done.
		await page.clock.runFor(10_000);
		await page.waitForLoadState('networkidle');
		await ben.context.setOffline(true);
		await page.clock.fastForward(monthMs);
		await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
		expect(await counts(page)).toEqual([0, 0, 0]);
	});
});

test('whoever opens another room from inside a kept one stays in both', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
	await ada.says('one');
	await ben.says('two');
	await ada.sees('two');
	await page.getByRole('link', { name: 'Open a room' }).click();
	await ben.opensARoomNamed('The second');
	await ben.says('elsewhere');
	await page.getByRole('link', { name: 'Open a room' }).click();
	await expect(page.getByRole('link', { name: 'The second' })).toBeVisible();
	await page.getByRole('link', { name: 'Thursday plans' }).click();
	await ben.sees('two');
	await ben.says('three');
	await ada.sees('three');
	await expect(ada.thread.locator('.msg p')).toHaveText(['one', 'two', 'three']);
	await expect(ada.thread.getByText(/Amber Fox left/)).toHaveCount(0);
});

test(
	'what waits in rooms that nobody is in is sent when the app opens, and can be looked at and deleted until then',
	{ tag: '@long' },
	async ({ meet }) => {
		await withServer({}, async (server) => {
			const [ada, ben] = [await meet({ baseURL: server.origin }), await meet({ baseURL: server.origin })];
			const { page } = ben;
			await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
			await isKept(page);
			await server.kill();
			for (const text of ['one', 'not this', 'two']) await ben.says(text);
			await expect(page.getByText('3 messages are waiting.')).toBeVisible();
			await page.close();

			const home = await ben.context.newPage();
			await home.goto('/');
			await home.getByRole('button', { name: '3 messages wait to be sent' }).click();
			const sheet = home.getByRole('dialog', { name: 'Waiting to send' });
			await expect(sheet.getByRole('listitem')).toHaveCount(3);
			await sheet.getByRole('button', { name: 'Delete: not this' }).click();
			await expect(sheet.getByRole('listitem')).toHaveCount(2);
			await home.keyboard.press('Escape');
			await expect(home.getByRole('button', { name: '2 messages wait to be sent' })).toBeVisible();
			await server.start();
			await home.reload();
			await expect(ada.thread.getByText('two', { exact: true })).toBeVisible({ timeout: 60_000 });
			await expect(ada.thread.locator('.msg p')).toHaveText(['one', 'two']);
			await expect(home.getByRole('button', { name: /to be sent/ })).toHaveCount(0);
		});
	}
);

test('a room that ended meanwhile takes what waited in it along, and says so', { tag: '@long' }, async ({ meet }) => {
	await withServer({}, async (server) => {
		const [ada, ben] = [await meet({ baseURL: server.origin }), await meet({ baseURL: server.origin })];
		await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
		await isKept(ben.page);
		await ben.context.setOffline(true);
		await ben.says('too late');
		await expect(ben.page.getByText('1 message is waiting.')).toBeVisible();
		await ben.page.close();
		await ada.opensTheMenu('Purge for everybody');
		const hold = ada.page.getByRole('button', { name: 'Hold to purge' });
		await hold.focus();
		await ada.page.keyboard.down('Space');
		await expect(ada.page.getByRole('heading', { name: 'This room has ended.' })).toBeVisible();
		await ada.page.keyboard.up('Space');
		await ben.context.setOffline(false);
		const page = await ben.context.newPage();
		await page.goto('/');
		await expect(page.getByText('Thursday plans has ended before 1 message was sent.')).toBeVisible();
		await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
		expect(await counts(page)).toEqual([0, 0, 0]);
	});
});

test(
	'what is new in a room that nobody is in is counted, and stands first, before one that ends sooner',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const [ada, ben] = [await meet(), await meet()];
		const { page } = ben;
		const sooner = await ada.opensARoom('Ends sooner');
		// No plan has a life so short.
		await database.sql`update rooms set expires_at = clock_timestamp() + interval '90 minutes' where id = (select max(id) from rooms)`;
		await comesInAndKeeps(ben, sooner, false);
		await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
		await ada.says('one');
		await ben.sees('one');
		await page.goto('/');
		const names = page.locator('.roomrow__link');
		await expect(names).toHaveText(['Ends sooner', 'Thursday plans']);
		await ada.says('two');
		await ada.says('three');
		// What was read a moment before its page went may count once more.
		await expect(page.getByText(/, [23] unread/)).toBeAttached({ timeout: 60_000 });
		await expect(page.locator('.badge')).toHaveText(/[23]/);
		await expect(names).toHaveText(['Thursday plans', 'Ends sooner']);

		const [first, second] = [page.locator('.roomrow').first(), page.locator('.roomrow').last()];
		for (const row of [first, second]) await expect(row).toContainText('Stored');
		await expect(first).toContainText(/, \d+ (day|h).* left/);
		await expect(first.locator('.ring__label')).toHaveText(/^\d+[dh]$/);
		await expect(second).toContainText(/, 1 h \d+ min left/);
		await expect(second.locator('.ring__label')).toHaveText('1h');
	}
);

test(
	'forgetting all rooms leaves nothing of them on the device, nor of what waits in them',
	{ tag: '@long' },
	async ({ meet }) => {
		const [ada, ben] = [await meet(), await meet()];
		const { page } = ben;
		await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
		await ada.says('one');
		await ben.sees('one');
		await isKept(page);
		await ben.context.setOffline(true);
		await ben.says('never sent');
		await expect(page.getByText('1 message is waiting.')).toBeVisible();
		for (const count of await counts(page)) expect(count).toBeGreaterThan(0);

		const other = await ben.context.newPage();
		await other.goto('/');
		await expect(other.getByText(/^You.re offline\. Rooms on this device can be read/)).toBeVisible();
		// Nothing lies over it.
		await other.getByRole('link', { name: 'Thursday plans' }).click({ trial: true });
		await other.getByRole('link', { name: 'Settings' }).first().click();
		await expect(other.getByText('1 room with messages, 1 more waits to be sent, all encrypted.')).toBeVisible();
		await other.getByRole('button', { name: 'Forget all rooms' }).click();
		const sheet = other.getByRole('dialog', { name: 'Forget all rooms on this device?' });
		await sheet.getByRole('button', { name: 'Forget all rooms' }).click();
		await expect(other.getByText(/with messages/)).toHaveCount(0);
		// The tab that was in it has left it, and keeps nothing either.
		await expect(ben.composer).toHaveCount(0);
		expect(await counts(other)).toEqual([0, 0, 0]);
		await ben.context.setOffline(false);
		await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
		await expect(ada.thread.locator('.msg p')).toHaveText(['one']);
		expect(await counts(other)).toEqual([0, 0, 0]);
	}
);

/** This page looks after the rooms that nobody is in: what it begins with it has done. */
const isWatching = (page: Page) =>
	page.evaluate(async () => (await navigator.locks.query()).held?.some(({ name }) => name === 'epr1.watch'));

/** As the browser wakes the service worker when there is a network again. */
async function wakesTheWorker(page: Page): Promise<void> {
	const session = await page.context().newCDPSession(page);
	const found = new Promise<string>((resolve) =>
		session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
			if (first !== undefined) resolve(first.registrationId);
		})
	);
	await session.send('ServiceWorker.enable');
	const [registrationId, { origin }] = [await found, new URL(page.url())];
	await session.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag: 'epr1.send', lastChance: false });
	await session.detach();
}

const comesBackIntoSight = (page: Page) => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));

test(
	'what waits in rooms that nobody is in is sent when the app comes back into sight, and when the browser wakes it',
	{ tag: '@long' },
	async ({ meet }) => {
		const [ada, ben] = [await meet(), await meet()];
		await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
		await isKept(ben.page);
		await ben.page.close();
		// A browser that doesn't tell its pages that the network is there again, and wakes nothing by itself.
		await ben.context.addInitScript(() => {
			addEventListener('online', (event) => event.isTrusted && event.stopImmediatePropagation());
			Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
		});
		const page = await ben.context.newPage();
		const waits = page.getByRole('button', { name: '1 message waits to be sent' });
		const ways = { 'back in sight': comesBackIntoSight, woken: wakesTheWorker };
		for (const [text, way] of Object.entries(ways)) {
			await ben.context.setOffline(true);
			await page.goto('/');
			await page.getByRole('link', { name: 'Thursday plans' }).click();
			const composer = page.getByRole('textbox', { name: 'Message' });
			await composer.fill(text);
			await composer.press('Enter');
			await expect(page.getByText('1 message is waiting.')).toBeVisible();
			await page.goto('/');
			await expect(waits).toBeVisible();
			await expect.poll(() => isWatching(page)).toBe(true);
			await ben.context.setOffline(false);
			await way(page);
			await expect(waits).toHaveCount(0);
			await ada.sees(text);
		}
		await expect(ada.thread.locator('.msg p')).toHaveText(Object.keys(ways));
	}
);

test(
	'a name given in another tab costs the one that is in the room no numbers, and whatever is forgotten leaves every tab',
	{ tag: '@long' },
	async ({ meet }) => {
		const [ada, ben] = [await meet(), await meet()];
		const { page } = ben;
		await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
		await ben.says('one');
		const home = await ben.context.newPage();
		await home.goto('/');
		await home.getByRole('button', { name: 'Options for Thursday plans' }).click();
		await home.getByLabel('Name on this device').fill('The party');
		await home.getByRole('button', { name: 'Save the name' }).click();
		await expect(home.getByRole('link', { name: 'The party' })).toBeVisible();
		// The list that stands open elsewhere tells of it too, once somebody looks at it.
		await ben.context.setOffline(true);
		await ben.says('two');
		await expect(page.getByText('1 message is waiting.')).toBeVisible();
		await comesBackIntoSight(home);
		await expect(home.getByRole('button', { name: '1 message waits to be sent' })).toBeVisible();
		await ben.context.setOffline(false);
		await ada.sees('two');
		await page.reload();
		await ben.says('three');
		await ada.sees('three');
		await expect(ada.thread.locator('.msg p')).toHaveText(['one', 'two', 'three']);
		await home.reload();
		await home.getByRole('button', { name: 'Options for The party' }).click();
		await home.getByRole('button', { name: 'Forget on this device' }).click();
		await expect(home.getByText('None yet.', { exact: false })).toBeVisible();
		await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
		await expect(ada.thread.getByText(/^Amber Fox left/)).toBeVisible();
		await home.reload();
		await expect(home.getByText('None yet.', { exact: false })).toBeVisible();
		expect(await counts(page)).toEqual([0, 0, 0]);
	}
);

test('two tabs are in one kept room: both show it, what is written in either is sent once, one goes on for the other, and the end leaves nothing on the device', async ({
	meet
}) => {
	const [ada, ben] = [await meet(), await meet()];
	await comesInAndKeeps(ben, await ada.opensARoom('Thursday plans'), false);
	await ada.says('one');
	await ben.sees('one');
	const other = await ben.context.newPage();
	await other.goto('/');
	await other.getByRole('link', { name: 'Thursday plans' }).click();
	const texts = other.getByRole('log', { name: 'Messages' }).locator('.msg p');
	await expect(texts).toHaveText(['one']);
	await ada.says('two');
	await expect(texts).toHaveText(['one', 'two']);
	const composer = other.getByRole('textbox', { name: 'Message' });
	await composer.fill('from the second tab');
	await composer.press('Enter');
	await ada.sees('from the second tab');
	await ben.says('from the first tab');
	await ada.sees('from the first tab');
	const all = ['one', 'two', 'from the second tab', 'from the first tab'];
	await expect(texts).toHaveText(all);
	await expect(ben.thread.locator('.msg p')).toHaveText(all);
	await expect(ada.thread.locator('.msg p')).toHaveText(all);
	await expect(ada.thread.getByText(/Amber Fox came in/)).toHaveCount(1);
	// Who is here only the tab with the connection knows.
	await expect(other.getByRole('button', { name: /2 people.*Room details$/ })).toBeVisible();

	// The page that goes on is loaded anew by itself, with half a message.
	await composer.fill('and');
	await isKept(other);
	const goesOn = other.waitForEvent('load');
	await ben.page.close();
	await goesOn;
	await expect(texts).toHaveText(all);
	await expect(composer).toHaveValue('and');
	await composer.fill('and on');
	await composer.press('Enter');
	await ada.sees('and on');
	await expect(ada.thread.locator('.msg p')).toHaveText([...all, 'and on']);
	await expect(ada.thread.getByText(/couldn.t be verified|don.t follow/)).toHaveCount(0);

	const third = await ben.context.newPage();
	await third.goto('/');
	await third.getByRole('link', { name: 'Thursday plans' }).click();
	await expect(third.getByRole('textbox', { name: 'Message' })).toBeVisible();
	// The page of an ended room is loaded anew by itself.
	const anew = third.waitForEvent('load');
	await ada.opensTheMenu('Purge for everybody');
	const hold = ada.page.getByRole('button', { name: 'Hold to purge' });
	await hold.focus();
	await ada.page.keyboard.down('Space');
	await expect(other.getByRole('heading', { name: 'This room has ended.' })).toBeVisible();
	await ada.page.keyboard.up('Space');
	await anew;
	await third.goto('/');
	await expect(third.getByText('None yet.', { exact: false })).toBeVisible();
	expect(await counts(third)).toEqual([0, 0, 0]);
});

test(
	'a closed tab leaves a kept room where it is, its link leads into it again, and leaving takes it from the device',
	{ tag: '@long' },
	async ({ meet }) => {
		const [ada, ben] = [await meet(), await meet()];
		const invitation = await ada.opensARoom('Thursday plans');
		await comesInAndKeeps(ben, invitation, false);
		await ada.says('one');
		await ben.sees('one');
		await ben.page.close();
		const page = await ben.context.newPage();
		await page.goto(invitation.link);
		await expect(page.getByRole('log', { name: 'Messages' }).getByText('one')).toBeVisible();
		await page.getByRole('button', { name: /Room details$/ }).click();
		await expect(page.getByText('Kept on this device')).toBeVisible();
		expect((await counts(page))[0]).toBe(1);
		await expect(ada.thread.getByText(/Amber Fox came in/)).toHaveCount(1);
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Room menu' }).click();
		await page.getByRole('menuitem', { name: 'Leave on this device' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
		await expect(page.getByText('None yet.', { exact: false })).toBeVisible();
		expect(await counts(page)).toEqual([0, 0, 0]);
	}
);

test('whoever opened a room keeps it from its details, and is the same person in it; once the browser has cleared it the page says so', async ({
	meet
}) => {
	const ada = await meet();
	const { page } = ada;
	await ada.opensARoom('Thursday plans');
	await ada.says('before');
	await expect(page.getByText('Sent')).toBeVisible();
	await ada.opensTheMenu('Room details');
	await page.getByRole('button', { name: 'Keep this room on this device' }).click();
	const sheet = page.getByRole('dialog', { name: 'Keep this room on this device?' });
	await sheet.getByRole('switch').uncheck();
	await Promise.all([page.waitForEvent('load'), sheet.getByRole('button', { name: 'Keep it' }).click()]);
	await ada.sees('before');
	await ada.says('after');
	await expect(ada.thread.locator('.grp--me .msg')).toHaveCount(2);
	await page.goto('/');
	await expect(page.getByRole('link', { name: 'Thursday plans' })).toBeVisible();

	// Some browsers clear what was not visited for days.
	await page.goto('/settings');
	await page.evaluate(
		() =>
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
			})
	);
	await page.goto('/r');
	await expect(page.getByRole('heading', { name: 'This device no longer has this room.' })).toBeVisible();
});
