import { deliver } from '../server/billing/testing-stripe.ts';
import { dayIn, losesTheAnswer, makesACode, redeems } from './account.ts';
import { expect, test } from './fixtures.ts';
import { withServer } from './server.ts';
import { printVoucher } from './vouchers.ts';

test('whoever has used up the month gets Pro by a voucher, opens a room for an hour, and has Pro on a second device', async ({
	meet,
	paid
}) => {
	const ada = await meet({ baseURL: paid.origin });
	const { page } = ada;
	await ada.opensARoom('One');
	await ada.leaves();
	await ada.opensARoom('Two');
	await ada.leaves();
	await page.getByRole('button', { name: 'Open the room' }).click();
	await expect(page.getByRole('heading', { name: /^That.s all 2 rooms for this month\.$/ })).toBeVisible();
	await page.getByRole('link', { name: 'See Pro' }).click();
	await expect(page.getByRole('meter', { name: 'Rooms opened, all kinds' })).toHaveAttribute('aria-valuenow', '2');
	await expect(page.getByRole('cell', { name: '2 a month' })).toBeVisible();

	const code = await makesACode(page);
	await redeems(page, await printVoucher(paid, 30));
	await expect(page.getByText(`Done: Pro until ${dayIn(30)}.`)).toBeVisible();
	await page.getByRole('link', { name: 'Sotto, home' }).click();
	await expect(page.getByText('Pro: 0 rooms opened from this device')).toBeVisible();
	await page.getByRole('radio', { name: '1 hour' }).check();
	const invitation = await ada.opensARoomNamed('An hour');

	const ben = await meet({ baseURL: paid.origin });
	await ben.opensTheLink(invitation.link);
	await expect(ben.page.getByText(/^Ends in (?:1 hour|\d+ minutes)$/)).toBeVisible();

	await page.goto('/plan');
	await expect(page.getByText('3, no limit')).toBeVisible();

	await ben.page.goto('/plan');
	await ben.page.getByRole('button', { name: 'I already have a code' }).click();
	await ben.page.getByRole('textbox', { name: 'Account code' }).fill(code);
	await ben.page.getByRole('button', { name: 'Use this code' }).click();
	await expect(ben.page.getByText(`Pro until ${dayIn(30)}`, { exact: true })).toBeVisible();
});

test('paying at the payment company, coming back, cancelling, starting again', async ({ meet, paid, stripe }) => {
	const { page } = await meet({ baseURL: paid.origin });
	await page.goto('/plan');
	await expect(page.getByText('€4', { exact: true })).toBeVisible();
	const code = await makesACode(page);
	await page.getByRole('button', { name: 'Go to payment' }).click();
	await expect(page.getByText(/^Write the code down first, then tick/)).toBeVisible();
	await page.getByRole('checkbox', { name: /^I have it/ }).check();
	await page.getByRole('button', { name: 'Go to payment' }).click();
	// Who comes back without having paid is told so.
	await page.getByRole('link', { name: 'Back' }).click();
	await expect(page.getByText(/^Nothing was paid\./)).toBeVisible();
	await page.getByRole('checkbox', { name: /^I have it/ }).check();
	await page.getByRole('button', { name: 'Go to payment' }).click();
	// The news of it comes after the person.
	await page.getByRole('button', { name: 'Pay', exact: true }).click();
	await expect(page.getByText(/^You.re back\. Waiting for the payment company/)).toBeVisible();
	stripe.webhook = `${paid.origin}/stripe/webhook`;
	await deliver(stripe);
	const card = page.getByRole('region', { name: 'Subscription' });
	await expect(page.getByText(/^Paid: Pro until /)).toBeVisible();
	await expect(card.getByText('€4 a month')).toBeVisible();
	expect(page.url()).toBe(`${paid.origin}/plan`);

	await card.getByRole('button', { name: 'Cancel Pro' }).click();
	const sheet = page.getByRole('dialog', { name: 'Cancel Pro?' });
	await expect(sheet.getByRole('button', { name: 'Keep Pro' })).toBeFocused();
	const lost = await losesTheAnswer(page, 'CancelSubscription');
	await sheet.getByRole('button', { name: 'Cancel Pro' }).click();
	await expect(card.getByText(/^Cancelled\. Pro stays until /)).toBeVisible();
	await lost();
	await card.getByRole('button', { name: 'Start again' }).click();
	await expect(card.getByText('Pro goes on.')).toBeVisible();
	await expect(card.getByRole('button', { name: 'Cancel Pro' })).toBeVisible();

	await card.getByRole('button', { name: 'Change payment' }).click();
	await page.getByRole('button', { name: 'Cancel subscription' }).click();
	await expect(card.getByText(/^Cancelled\. Pro stays until /)).toBeVisible();
	expect(stripe.told.join('\n')).not.toContain(code.replaceAll('-', ''));
});

test('too many tries are told apart from wrong ones', { tag: '@long' }, async ({ meet, paid }) => {
	const { page } = await meet({ baseURL: paid.origin });
	await page.goto('/plan');
	await page.getByRole('button', { name: 'I already have a code' }).click();
	await page.getByRole('textbox', { name: 'Account code' }).fill('161JY3ST9TTM3KCM');
	const submit = page.getByRole('button', { name: 'Use this code' });
	await submit.click();
	await expect(page.getByText('No Pro under this code.', { exact: false })).toBeVisible();
	const refusal = page.getByText('Too many tries from here.', { exact: false });
	const isRefused = async () => {
		const answered = page.waitForResponse('**/graphql');
		await submit.click();
		await answered;
		return refusal.isVisible();
	};
	// Tries come back with time: as many more as it takes.
	await expect.poll(isRefused, { intervals: [50], timeout: 60_000 }).toBe(true);
});

test('where plans are off nothing of them is to be seen, and everything can be chosen', { tag: '@long' }, async ({ meet }) => {
	await withServer({ PLANS: 'off' }, async (server) => {
		const ada = await meet({ baseURL: server.origin });
		const { page } = ada;
		const open = page.getByRole('button', { name: 'Open the room' });
		await page.goto('/');
		await page.getByRole('radio', { name: /^Another time/ }).click();
		await page.getByLabel('How long?').fill('91');
		await open.click();
		await expect(page.getByText('From 1 hour to 90 days.')).toBeVisible();
		await page.getByLabel('How long?').fill('3');
		await expect(page.getByText(/\bPro\b|month/)).toHaveCount(0);
		await open.click();
		await expect(page.getByRole('dialog', { name: 'Share this room' })).toBeVisible();
		await ada.closesTheSheet();
		await expect(page.getByText(/\bPro\b/)).toHaveCount(0);
		await page.goto('/plan');
		await expect(page.getByText('There are no plans on this server: every room here has all that it can give.')).toBeVisible();
		await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
		await expect(page.getByRole('heading')).toHaveCount(1);
		await expect(page.getByText(/\bPro\b/)).toHaveCount(0);
		await page.goto('/settings');
		await expect(page.getByText(/^These settings\. While a room/)).toBeVisible();
		await expect(page.getByText(/\bPro\b|passes/)).toHaveCount(0);
	});
});
