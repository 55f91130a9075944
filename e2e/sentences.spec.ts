/** What goes wrong in a person's hands, each with its own sentence, and what was there stays. Others stand where they belong: gate, entry, kept. */
import type { Page, Route } from '@playwright/test';
import { encodeLink, decodeLink } from '../src/lib/crypto/link.ts';
import { expect, test } from './fixtures.ts';
import { operationOf } from './home.ts';

/** K1 of the vectors: a good link of a room that was never made. */
const code = 'cajoqxdbqlbqk2kpyflwvuwotnlqadnqlayglswq2df7saztl6ghxbg7';

const says = (page: Page, sentence: RegExp) => expect(page.getByText(sentence)).toBeVisible();

test('the form says what is wrong with a name, a password and a link, and keeps all that was typed', async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/');
	const open = page.getByRole('button', { name: 'Open the room' });
	const name = page.getByLabel('Room name');
	await name.fill('x'.repeat(41));
	await open.click();
	await says(page, /^That name is too long\. Up to 40 characters\.$/);
	await expect(name).toBeFocused();
	await name.fill('Thursday\u202eplans');
	await open.click();
	await says(page, /^That name has a character that can.t be shown safely\./);
	await name.fill('Thursday plans');

	await page.getByRole('button', { name: 'Use my own' }).click();
	const password = page.getByLabel('Password', { exact: true });
	for (const [typed, sentence] of [
		['seven c', /^At least 8 characters\.$/],
		['x'.repeat(129), /^At most 128 characters\.$/],
		['password1', /^Everybody who guesses tries this one first\./]
	] as const) {
		await password.fill(typed);
		await open.click();
		await says(page, sentence);
		await expect(password).toBeFocused();
		await expect(password).toHaveValue(typed);
	}

	const link = page.getByLabel('Invite link');
	const join = page.getByRole('button', { name: 'Join', exact: true });
	const { byte0, secret } = decodeLink(code);
	const newer = encodeLink({ byte0: byte0 + 0x10, secret });
	for (const [pasted, sentence] of [
		['', /^Paste the invite link first\.$/],
		['https://rooms.example/elsewhere', /^That isn.t a Sotto invite link\.$/],
		['https://rooms.example/r', /^Part of this link is missing: the key after the # sign\./],
		[`https://rooms.example/r#${code.replace('x', 'y')}`, /^This link is damaged\. Its key has a wrong or missing character/],
		[`https://rooms.example/r#${newer}`, /^This link needs a newer Sotto\. It was made by a version/]
	] as const) {
		await link.fill(pasted);
		await join.click();
		await says(page, sentence);
		await expect(link).toBeFocused();
		await expect(link).toHaveValue(pasted);
	}
	await expect(name).toHaveValue('Thursday plans');
	await expect(password).toHaveValue('password1');
});

test('who is sent to open a Live room instead finds the form ready for one', async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/#live');
	await expect(page.getByRole('radio', { name: /^Live/ })).toBeChecked();
	await expect(page.getByText('Ends when everyone leaves')).toBeVisible();
});

test('where the key worker doesn’t come there are no words, and once it does there are', { tag: '@long' }, async ({ meet }) => {
	const { page } = await meet();
	const workers = '**/workers/vault-*.js';
	await page.route(workers, (route) => route.abort());
	await page.goto('/');
	await says(page, /^The words couldn.t be made here\. Use your own password, or try again\.$/);
	await page.unroute(workers);
	await page.getByRole('button', { name: 'New words' }).click();
	await says(page, /^Strong: four random words\.$/);
});

/** As the server answers when it says no. */
const refuse = (route: Route, refusal: string) =>
	route.fulfill({ json: { data: null, errors: [{ message: refusal, extensions: { code: refusal } }] } });

test('what keeps this month’s rooms from being made is told apart, and then they are', { tag: '@long' }, async ({ meet }) => {
	const { page } = await meet();
	let trouble = '';
	await page.route('**/graphql', async (route) => {
		const operation = operationOf(route.request());
		if (trouble !== 'OTHER_KEY')
			return operation === 'IssueFreeTokens' && trouble !== '' ? refuse(route, trouble) : route.continue();
		if (operation !== 'Info') return route.continue();
		// Good points both, and each the other's.
		const answer = await route.fetch();
		const body = (await answer.json()) as { data: { info: { tokenKeys: { key: string }[] } } };
		const keys = body.data.info.tokenKeys;
		const swapped = keys.map((each, index) => ({ ...each, key: keys[keys.length - 1 - index]?.key }));
		await route.fulfill({ response: answer, json: { data: { info: { ...body.data.info, tokenKeys: swapped } } } });
	});
	for (const [refusal, sentence] of [
		['BUSY', /^The server has much to do right now\. Try again in a moment\.$/],
		['BAD_INPUT', /^This device and the server don.t agree on the date\. Check the date here/],
		['OTHER_KEY', /^The server used another key for this device than the one it shows to everybody\./]
	] as const) {
		trouble = refusal;
		await page.goto('/');
		await page.getByLabel('Room name').fill('Thursday plans');
		await page.getByRole('button', { name: 'Open the room' }).click();
		await says(page, sentence);
		await expect(page.getByLabel('Room name')).toHaveValue('Thursday plans');
	}
	trouble = '';
	await page.goto('/');
	await page.getByRole('button', { name: 'Open the room' }).click();
	await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
});

test('the gate says what is missing before it makes a key', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.opensTheLink(invitation.link);
	await ben.answersTheGate('', ' ');
	await says(ben.page, /^Between 1 and 24 characters, in one line\.$/);
	await ben.page.getByLabel('Your alias').fill('Calm Wren');
	await ben.page.getByRole('button', { name: 'Come in' }).click();
	await says(ben.page, /^The room asks for a password\. The person who invited you has it\.$/);
	await expect(ben.page.getByLabel('Room password')).toBeFocused();
	await expect(ben.page.getByLabel('Your alias')).toHaveValue('Calm Wren');
	await ben.answersTheGate(invitation.password);
	await expect(ben.composer).toBeVisible();
});

test(
	'what a room refuses stands there with its reason, and goes when it can; a longer one is not sent at all',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const ada = await meet();
		const { page } = ada;
		await ada.opensARoom('Thursday plans');
		await ada.says('one');
		await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();
		// Behind the page's back, as by others who were faster.
		await database.sql`update rooms set cap = 1 where id = (select max(id) from rooms)`;
		await ada.says('one too many');
		await says(page, /^Not sent\. The room has taken all its messages\.$/);
		await database.sql`update rooms set cap = 50 where id = (select max(id) from rooms)`;
		await page.getByRole('button', { name: 'Try again' }).click();
		await expect(page.getByText(/^Not sent\./)).toHaveCount(0);
		// It stands beside the newest alone.
		await expect(ada.thread.locator('.msg', { hasText: 'one too many' })).toBeVisible();
		await expect(ada.thread.getByText('Sending…', { exact: true })).toHaveCount(0);
		await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();
		const [stored] = await database.sql`select next_seq from rooms where id = (select max(id) from rooms)`;
		expect(stored?.next_seq).toBe(3);

		await ada.composer.fill('x'.repeat(200));
		await says(page, /^That.s the longest a message can be\.$/);
		await ada.composer.fill('x'.repeat(203));
		await says(page, /^3 characters too long\. Shorten it, then send\.$/);
		await ada.composer.press('Enter');
		await expect(ada.composer).toHaveValue('x'.repeat(203));
	}
);

test(
	'without the server what needs it says so: letting people in, and a part of the page that has not come',
	{ tag: '@long' },
	async ({ meet, server }) => {
		const ada = await meet();
		const { page } = ada;
		await ada.opensARoom('Thursday plans');
		await ada.opensTheMenu('Room details');
		await server.kill();
		await page.getByRole('button', { name: 'Let people in' }).click();
		await says(page, /^That didn.t reach the server\. Try again\.$/);
		await page.getByRole('button', { name: 'Close room details' }).click();
		await ada.opensTheMenu('Purge for everybody');
		await says(page, /^That couldn.t be loaded\. Check your connection, then reload the page\.$/);
		await page.goto('about:blank');
		await server.start();
	}
);

test('a browser that allows no copying and no notifications is told of, with what to do', { tag: '@long' }, async ({ meet }) => {
	const ada = await meet();
	const { page } = ada;
	await page.addInitScript(() => {
		Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('refused')) });
		Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
	});
	await ada.opensARoom('');
	await page.getByRole('button', { name: 'Share this room' }).click();
	await page.getByRole('button', { name: 'Copy the link' }).click();
	await says(page, /^The browser didn.t allow copying\. Select the text and copy it yourself\.$/);
	await ada.closesTheSheet();
	await page.goto('/settings');
	await page.getByRole('switch', { name: /^Notify me/ }).click();
	await says(page, /^This browser blocks notifications from this site\. Allow them in its settings, then turn this on\.$/);
	await page.goto('/nowhere');
	await expect(page.getByRole('heading', { name: /^There.s no page here\.$/ })).toBeVisible();
});

test('a device that has no space left lets one in without keeping the room, and says so', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	const invitation = await ada.opensARoom('Thursday plans');
	await page.addInitScript(() => {
		const put = IDBObjectStore.prototype.put;
		IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
			if (this.name === 'kept') throw new DOMException('no space', 'QuotaExceededError');
			return put.apply(this, args);
		};
	});
	await ben.opensTheLink(invitation.link);
	await page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
	await ben.answersTheGate(invitation.password, 'Paper Moon');
	await expect(ben.composer).toBeVisible();
	await says(page, /^You are in, but the room couldn.t be kept: this device has no space left for it\.$/);
	await ben.says('here all the same');
	await ada.sees('here all the same');
});

test('a browser that opens no database lets one in without offering to keep the room, and says why', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const { page } = ben;
	await page.addInitScript(() => {
		IDBFactory.prototype.open = () => {
			throw new DOMException('blocked', 'SecurityError');
		};
	});
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.opensTheLink(invitation.link);
	await says(
		page,
		/^This browser keeps nothing for this site, because the window is private or the browser is old: the room is here/
	);
	await expect(page.getByRole('switch', { name: /^Keep this room/ })).toHaveCount(0);
	await ben.answersTheGate(invitation.password, 'Paper Moon');
	await ben.says('here all the same');
	await ada.sees('here all the same');
});

test('a tab that remembers nothing is told so beside the list of rooms, and its room is there all the same', async ({ meet }) => {
	const ada = await meet();
	const { page } = ada;
	await page.addInitScript(() =>
		Object.defineProperty(globalThis, 'sessionStorage', {
			get: () => {
				throw new DOMException('blocked', 'SecurityError');
			}
		})
	);
	await page.goto('/');
	await says(page, /^This browser forgets everything\.$/);
	await says(page, /You can use rooms, but they won.t be listed here after you close the page\.$/);
	await expect(page.getByText(/^None yet\./)).toHaveCount(0);
	await ada.opensARoomNamed('Thursday plans');
	await ada.says('one');
	await ada.sees('one');
	await page.getByRole('link', { name: 'Open a room' }).click();
	await expect(page.getByRole('link', { name: 'Thursday plans' })).toBeVisible();
	await says(page, /^This browser forgets everything\.$/);
});

test('rooms that stay here and can’t be read are not said to be none', async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/how-it-works');
	// Of a version that this page can't open.
	await page.evaluate(
		() =>
			new Promise<void>((resolve) => {
				const opening = indexedDB.open('epr1', 99);
				opening.onsuccess = () => {
					opening.result.close();
					resolve();
				};
			})
	);
	await page.goto('/');
	await says(page, /^What is kept on this device can.t be read just now\.$/);
	await says(page, /Rooms that stay here may be missing from this list\. .* Nothing was erased\.$/);
	await expect(page.getByText(/^None yet\./)).toHaveCount(0);
});

test('a device that can’t be erased whole says what is left to do', { tag: '@long' }, async ({ meet }) => {
	const { page } = await meet();
	await page.addInitScript(() => {
		// A request that fails: the database is of a later version.
		IDBFactory.prototype.deleteDatabase = function (this: IDBFactory, name: string) {
			return this.open(name, 1);
		};
	});
	await page.goto('/settings');
	await page.getByRole('switch', { name: /^Larger message text/ }).click();
	const stored = () => page.evaluate(() => localStorage.getItem('epr1.settings'));
	expect(await stored()).toContain('largerText');
	await page.getByRole('button', { name: 'Erase this device' }).click();
	const hold = page.getByRole('dialog').getByRole('button', { name: /^Hold to erase/ });
	await hold.focus();
	await page.keyboard.down('Space');
	await says(page, /^Something couldn.t be erased\. Clear this site.s data in the browser.s settings\.$/);
	await page.keyboard.up('Space');
	expect(await stored()).toBeNull();
});

test(
	'a message that a kept room can’t keep stands there as not sent, with its reason, and goes once there is space',
	{ tag: '@long' },
	async ({ meet }) => {
		const [ada, ben] = [await meet(), await meet()];
		const { page } = ben;
		const invitation = await ada.opensARoom('Thursday plans');
		await page.addInitScript(() => {
			const put = IDBObjectStore.prototype.put;
			IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
				if (this.name === 'outbox' && Reflect.has(globalThis, 'full')) throw new DOMException('no space', 'QuotaExceededError');
				return put.apply(this, args);
			};
		});
		await ben.opensTheLink(invitation.link);
		await page.getByRole('switch', { name: /^Keep this room on this device/ }).check();
		await ben.answersTheGate(invitation.password, 'Paper Moon');
		await ben.says('one');
		await ada.sees('one');
		await page.evaluate(() => Reflect.set(globalThis, 'full', true));
		await ben.says('no place for this');
		await says(page, /^Not sent\. This device has no room to keep it\. Free some, then try again\.$/);
		await ben.sees('no place for this');
		await page.evaluate(() => Reflect.deleteProperty(globalThis, 'full'));
		await page.getByRole('button', { name: 'Try again' }).click();
		await ada.sees('no place for this');
		await expect(page.getByText(/^Not sent\./)).toHaveCount(0);
		await expect(ada.thread.locator('.msg p')).toHaveText(['one', 'no place for this']);
	}
);
