import { expect, test } from './fixtures.ts';

test('a message that burns is covered, opens, and is gone from both screens on time', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.comesIn(invitation, 'Paper Moon');

	await test.step('a look at the choices leaves it off', async () => {
		await ada.page.getByRole('button', { name: 'Self-destruct: Off' }).click();
		await ada.page.getByRole('button', { name: 'Self-destruct: 1 min' }).click();
		await expect(ada.page.getByRole('button', { name: 'Self-destruct: Off' })).toBeVisible();
	});

	await test.step('one tap turns it on; the first time it is said what it can not do', async () => {
		await ada.page.getByRole('button', { name: 'Self-destruct: Off' }).click();
		await expect(ada.page.getByText('Somebody could still take a photo of the screen.', { exact: false }).last()).toBeVisible();
		await ada.page.getByRole('radio', { name: '10 s' }).check();
		await expect(ada.page.getByRole('button', { name: 'Self-destruct: 10 s' })).toBeVisible();
	});

	const benHears = await ben.listens();
	await ada.says('The code is 7731.');
	await test.step('the device keeps no trace of having sent it', async () => {
		expect(await ada.page.evaluate(() => JSON.stringify(Object.values(localStorage)))).not.toMatch(/burnKnown/);
	});

	await test.step('it arrives covered, and its sender sees how long it stays', async () => {
		await expect(ben.thread.getByRole('button', { name: 'Open burn message', exact: true })).toBeVisible();
		await expect(ben.page.getByText('7731')).toHaveCount(0);
		await expect(ada.thread.getByText(/^Gone in 0:(10|0\d)$/)).toBeVisible();
	});

	await test.step('Enter opens it', async () => {
		await ben.thread.getByRole('button', { name: /^Open burn message/ }).press('Enter');
		await ben.sees('The code is 7731.');
		await expect(ben.thread.getByText(/^Gone in 0:0\d$/)).toBeVisible();
		await expect(ben.thread.getByRole('listitem').filter({ hasText: '7731' })).toBeFocused();
	});

	await test.step('at its time nothing of it is left on either screen', async () => {
		for (const person of [ada, ben]) {
			await person.sees('A message burned and is gone.');
			await expect(person.page.getByText('7731')).toHaveCount(0);
		}
		await expect(ben.composer).toBeFocused();
	});

	await test.step('what is read aloud never says its words', async () => {
		await expect.poll(benHears).toContain('The message is gone.');
		const said = (await benHears()).filter((line) => !line.includes('key is made'));
		expect(said).toEqual([
			expect.stringMatching(/ sent a burn message\.$/),
			expect.stringMatching(/^Gone in \d+ seconds?\.$/),
			'The message is gone.'
		]);
	});
});

test(
	'who comes after a message has burned sees one honest line, and Server’s eye an empty row',
	{ tag: '@long' },
	async ({ meet }) => {
		const [ada, ben] = [await meet(), await meet()];
		const invitation = await ada.opensARoom('Thursday plans');
		await ada.page.getByRole('button', { name: 'Self-destruct: Off' }).click();
		await ada.page.getByRole('radio', { name: '10 s' }).check();
		await ada.says('The code is 7731.');
		await ada.page.getByRole('button', { name: 'Turn off self-destruct' }).click();
		await expect(ada.composer).toBeFocused();
		await ada.says('Did you get it?');
		await ada.sees('A message burned and is gone.');
		await ben.comesIn(invitation, 'Paper Moon');
		await ben.sees('Did you get it?');
		await expect(ben.thread.getByText(/^1 message of .+ is gone \(burned, or withheld\)\.$/)).toBeVisible();
		await ben.opensTheMenu('Server’s eye view');
		await expect(ben.page.getByText('burned: row is gone')).toBeVisible();
	}
);

test('the ciphertext of a message that burned is gone from the table', { tag: '@long' }, async ({ meet, database }) => {
	const ada = await meet();
	await ada.opensARoom('Thursday plans');
	await ada.page.getByRole('button', { name: 'Self-destruct: Off' }).click();
	await ada.page.getByRole('radio', { name: '10 s' }).check();
	await ada.says('The code is 7731.');
	await ada.sees('A message burned and is gone.');
	const isBare = async () => {
		const rows = await database.sql<{ bare: boolean }[]>`
			select env is null as bare from envelopes where room = (select max(id) from rooms)`;
		return rows.map(({ bare }) => bare);
	};
	await expect.poll(isBare).toEqual([true]);
});
