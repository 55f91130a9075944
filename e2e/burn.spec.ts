import { expect, test } from './fixtures.ts';

test('a message that burns is covered, opens, and is gone from both screens on time', async ({ meet }) => {
	const [ada, ben] = [await meet(), await meet()];
	const invitation = await ada.opensARoom('Thursday plans');
	await ben.comesIn(invitation, 'Paper Moon');

	await test.step('one tap turns it on; the first time it is said what it can not do', async () => {
		await ada.page.getByRole('button', { name: 'Self-destruct: Off' }).click();
		await expect(ada.page.getByText('Somebody could still take a photo of the screen.', { exact: false }).last()).toBeVisible();
		await ada.page.getByRole('radio', { name: '10 s' }).check();
		await expect(ada.page.getByRole('button', { name: 'Self-destruct: 10 s' })).toBeVisible();
	});

	await ada.says('The code is 7731.');
	const sent = Date.now();
	await test.step('it arrives covered, and its sender sees how long it stays', async () => {
		await expect(ben.thread.getByRole('button', { name: /^Open burn message/ })).toBeVisible();
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
});
