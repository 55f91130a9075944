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
	const sent = Date.now();
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
		expect(Date.now() - sent).toBeLessThan(12_000);
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

test('who comes after a message has burned sees one honest line, and Server’s eye an empty row', async ({ meet }) => {
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
});

test('the ciphertext of a message that burned is gone from the table', async ({ meet, database }) => {
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

/** The page's idea of the time, off by so much. Its timers and its monotonic clock go as they do. */
function shiftClock(offsetMs: number): void {
	const real = Date.now.bind(Date);
	Date.now = () => real() + offsetMs;
}

test('a room ends at its time for everybody, online or not, whatever their clocks say', async ({ meet, database }) => {
	test.setTimeout(120_000);
	const [ada, ben, cleo] = [await meet(), await meet(), await meet()];
	await ben.page.addInitScript(shiftClock, 12 * 3600_000);
	await cleo.page.addInitScript(shiftClock, -12 * 3600_000);
	const invitation = await ada.opensARoom('Short');
	// No plan has a life so short; whoever comes in from now on knows it as that.
	const [room] = await database.sql<{ ends: number }[]>`
		update rooms set expires_at = clock_timestamp() + interval '40 seconds' where id = (select max(id) from rooms)
		returning (extract(epoch from expires_at) * 1000)::float8 as ends`;
	const ends = room?.ends ?? 0;
	await ada.page.reload();
	await ada.answersTheGate(invitation.password);
	await ben.comesIn(invitation, 'Amber Fox');
	await cleo.comesIn(invitation, 'Slow River');
	await ada.says('first');
	await ben.says('second');
	await cleo.says('third');
	for (const person of [ada, ben, cleo]) {
		await person.sees('third');
		expect(await person.thread.locator('.msg p').allTextContents()).toEqual(['first', 'second', 'third']);
		await expect(person.page.getByText(/^This room ends in \d+ seconds?\.$/).first()).toBeVisible();
	}
	await cleo.context.setOffline(true);
	await expect(cleo.page.getByText('You’re offline.')).toBeVisible();
	expect(Date.now()).toBeLessThan(ends - 1000);

	const late = await Promise.all(
		[ada, ben, cleo].map(async (person) => {
			await person.page.waitForFunction(() => document.querySelector('.composer') === null, null, {
				polling: 'raf',
				timeout: 45_000
			});
			return Date.now() - ends;
		})
	);
	for (const ms of late) expect(Math.abs(ms), String(late)).toBeLessThan(1000);
	for (const person of [ada, ben, cleo]) {
		await expect(person.page.getByRole('heading', { name: 'This room has ended.' })).toBeVisible();
		await expect(person.page.getByText('Its time was up.')).toBeVisible();
		await expect(person.page.getByText('third')).toHaveCount(0);
		expect(await person.page.evaluate(() => Object.keys(sessionStorage).filter((key) => /link|me\./.test(key)))).toEqual([]);
	}
	await cleo.context.setOffline(false);
	await cleo.page.waitForURL('**/ended**');
	await expect(cleo.page.getByText('Its time was up.')).toBeVisible();
});

test('a tab that was offline while its room was purged says so when it comes back', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.comesIn(invitation, 'Paper Moon');
	await ada.says('Meet at the pier.');
	await ben.sees('Meet at the pier.');
	await ben.context.setOffline(true);
	await expect(ben.page.getByText('You’re offline.')).toBeVisible();
	await ada.purges();
	await ben.context.setOffline(false);
	await ben.page.waitForURL('**/ended**');
	await expect(ben.page.getByText('Somebody in it chose to purge it.')).toBeVisible();
	await expect(ben.page.getByText('Meet at the pier.')).toHaveCount(0);
});
