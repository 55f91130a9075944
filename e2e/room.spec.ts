import { expect, test } from './fixtures.ts';

test('two people open, share, join, talk, reload, leave, come back and purge', async ({ meet }) => {
	const ada = await meet();
	const ben = await meet();
	await ada.page.goto('/');
	await ada.page.getByLabel('Room name').fill('Thursday plans');
	const invitation = await ada.opensARoomFromHere(() => ada.copiesTheShareSheet());
	await ben.comesIn(invitation, 'Paper Moon');
	await expect(ben.page.getByRole('button', { name: /Thursday plans.*Room details/ })).toBeVisible();
	await expect(ada.thread.getByText('Paper Moon came in')).toBeVisible();

	await ada.says('One long table.');
	await ben.sees('One long table.');
	await ben.says('I’ll bring the candles.');
	await ada.sees('I’ll bring the candles.');
	await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();

	await test.step('a reload asks for the password and for nothing else, and the history comes back', async () => {
		await ben.page.reload();
		await expect(ben.page.getByLabel('Room password')).toBeVisible();
		await expect(ben.page.getByLabel('Your alias')).toHaveCount(0);
		await ben.answersTheGate(invitation.password);
		await ben.sees('One long table.');
		await ben.sees('I’ll bring the candles.');
		await ben.says('Back again.');
		await ada.sees('Back again.');
		await expect(ada.thread.getByText('Paper Moon left')).toHaveCount(0);
	});

	await test.step('who leaves is gone at once, the Back button finds no room, and this tab no link to it', async () => {
		await ben.leaves();
		await expect(ada.thread.getByText('Paper Moon left')).toBeVisible();
		await ben.page.goBack();
		await expect(ben.composer).toHaveCount(0);
		await expect(ben.page.getByText('One long table.')).toHaveCount(0);
		await ben.page.goto('/r');
		await expect(ben.page.getByRole('heading', { name: 'Part of this link is missing.' })).toBeVisible();
	});

	await test.step('coming back takes link and password again', async () => {
		await ben.comesIn(invitation, 'Paper Moon');
		await ben.sees('Back again.');
		await expect(ada.thread.getByText(/^New key · Paper Moon is using more than one key/)).toBeVisible();
	});

	await test.step('a purge ends the room for everybody, and it answers like one that never was', async () => {
		const loaded = ada.page.waitForEvent('load');
		await ben.purges();
		await expect(ben.page.getByRole('heading', { name: 'This room has ended.' })).toBeVisible();
		await expect(ben.page.getByText('You purged it.')).toBeVisible();
		await loaded;
		await expect(ada.page).toHaveURL(/ended$/);
		await expect(ada.page.getByText('Somebody in it chose to purge it.')).toBeVisible();
		await ada.page.reload();
		await expect(ada.page.getByText('Somebody in it chose to purge it.')).toBeVisible();
		await ada.page.goBack();
		await expect(ada.composer).toHaveCount(0);
		await ben.opensTheLink(invitation.link);
		await expect(ben.page.getByRole('heading', { name: /There.s no room here\./ })).toBeVisible();
	});
});

test('what is handed to the device for sharing is the link alone, and beside what another says stands that its signature was checked', async ({
	meet
}) => {
	const [ada, ben] = [await meet(), await meet()];
	await ada.page.addInitScript(() => {
		const handed: unknown[] = [];
		Reflect.set(globalThis, 'handed', handed);
		Reflect.set(navigator, 'share', async (data: unknown) => void handed.push(data));
	});
	await ada.page.goto('/');
	await ada.page.getByLabel('Room name').fill('Thursday plans');
	const invitation = await ada.opensARoomFromHere(async () => {
		const read = await ada.readsTheShareSheet();
		await ada.shareSheet.getByRole('button', { name: 'Share link…' }).click();
		return read;
	});
	const handed = await ada.page.evaluate<unknown[]>(() => Reflect.get(globalThis, 'handed'));
	expect(handed).toStrictEqual([{ url: invitation.link }]);
	expect(decodeURIComponent(JSON.stringify(handed))).not.toContain('Thursday');
	expect(JSON.stringify(handed)).not.toContain(invitation.password);

	await ben.comesIn(invitation, 'Paper Moon');
	await ben.says('I’ll bring the candles.');
	await ada.sees('I’ll bring the candles.');
	const theirs = ada.thread.getByRole('listitem').filter({ hasText: 'I’ll bring the candles.' });
	await expect(theirs).toHaveText(/Paper Moon\s+signature checked\s+\d\d:\d\d\s+I’ll bring the candles\.\s*$/);
	await ada.says('And I the chairs.');
	const own = ada.thread.getByRole('listitem').filter({ hasText: 'And I the chairs.' });
	await expect(own).toBeVisible();
	await expect(own).not.toContainText('signature checked');
});

test('a half-typed message waits while somebody looks elsewhere', async ({ meet }) => {
	const ada = await meet();
	await ada.opensARoom('');
	await expect(ada.composer).toBeFocused();
	await ada.composer.fill('Half a thou');
	await ada.page.getByRole('link', { name: 'Settings' }).click();
	await expect(ada.page.getByRole('heading', { name: 'Settings' })).toBeFocused();
	await ada.page.goBack();
	await expect(ada.composer).toHaveValue('Half a thou');
	await expect(ada.composer).toBeFocused();
});

test('three people see who is here, who is writing, and each other’s words in one order', { tag: '@long' }, async ({ meet }) => {
	const [ada, ben, cleo] = [await meet(), await meet(), await meet()];
	const invitation = await ada.opensARoom('');
	await ben.comesIn(invitation, 'Amber Fox');
	await cleo.comesIn(invitation, 'Slow River');
	await ben.composer.pressSequentially('Hm', { delay: 30 });
	await expect(ada.page.getByText('Amber Fox is writing')).toBeVisible();
	await ben.composer.fill('');
	for (const person of [ada, ben, cleo]) await person.says(`from ${[ada, ben, cleo].indexOf(person)}`);
	for (const person of [ada, ben, cleo]) for (const index of [0, 1, 2]) await person.sees(`from ${index}`);
	const order = (person: typeof ada) => person.thread.getByText(/^from \d$/).allTextContents();
	expect(await order(ben)).toEqual(await order(ada));
	expect(await order(cleo)).toEqual(await order(ada));
	await ada.opensTheMenu('Room details');
	for (const name of ['Amber Fox', 'Slow River']) {
		await expect(ada.page.getByRole('region', { name: /People, 3 of/ }).getByText(name)).toBeVisible();
	}
});

test(
	'clearing my screen hides what was said here and nowhere else, and it can be brought back',
	{ tag: '@long' },
	async ({ meet }) => {
		const ada = await meet();
		const ben = await meet();
		const invitation = await ada.opensARoom('');
		await ben.comesIn(invitation, 'Amber Fox');
		await ada.says('Before the wipe');
		await ben.sees('Before the wipe');
		await ben.opensTheMenu('Clear my screen');
		await expect(ben.thread.getByText('Before the wipe')).toHaveCount(0);
		await ada.sees('Before the wipe');
		await ben.page.getByRole('button', { name: 'Bring back' }).click();
		await ben.sees('Before the wipe');
	}
);

test('the composer takes two hundred characters and eight hundred bytes, and says what is left', async ({ meet }) => {
	const ada = await meet();
	await ada.opensARoom('');
	await ada.composer.fill('x'.repeat(171));
	await expect(ada.page.getByText('29 characters left of 200')).toBeAttached();
	await ada.composer.fill('🕯'.repeat(200));
	await ada.composer.press('Enter');
	await ada.sees('🕯'.repeat(200));
	await ada.composer.fill('x'.repeat(201));
	await ada.composer.press('Enter');
	await expect(ada.composer).toHaveValue('x'.repeat(201));
	await ada.composer.fill('first');
	await ada.composer.press('Shift+Enter');
	await ada.composer.pressSequentially('second');
	await ada.composer.press('Enter');
	await ada.sees('first second');
});

test('the server’s eye view shows the very rows beside what they say', async ({ meet, database }) => {
	const ada = await meet();
	await ada.opensARoom('Rows');
	await ada.says('Look at the machine');
	await expect(ada.thread.getByText('Sent', { exact: true })).toBeVisible();
	await ada.opensTheMenu(/Server.s eye view/);
	const pair = ada.page.getByRole('listitem').filter({ hasText: 'Look at the machine' });
	await expect(pair.getByText('1,364 bytes')).toBeVisible();
	const shown = await pair.getByRole('img', { name: 'Ciphertext, 1,364 bytes' }).textContent();
	const [row] = await database.sql<{ env: Buffer }[]>`select env from envelopes order by room desc, seq desc limit 1`;
	expect(shown?.length).toBeGreaterThan(40);
	expect(row?.env.toString('base64url')).toContain(shown);
});
