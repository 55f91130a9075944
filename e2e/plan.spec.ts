import { dayIn, losesTheAnswer, makesACode, readsTheCode, redeems } from './account.ts';
import { expect, test } from './fixtures.ts';
import { issueVoucher, misspelt, unissuedVoucher } from './vouchers.ts';

test.use({ shell: true });

test('a voucher gives Pro to a code made in one click, which another device takes badly typed, and forgets', async ({
	meet,
	database
}) => {
	const ada = await meet();
	const { page } = ada;
	const voucher = await issueVoucher(database, 30);
	await page.goto('/plan');
	// This server has no payment company.
	await expect(page.getByText(/^This server takes vouchers\./)).toBeVisible();
	await expect(page.getByRole('button', { name: 'Go to payment' })).toHaveCount(0);
	const code = await makesACode(page);
	await page.getByRole('button', { name: 'Copy', exact: true }).click();
	await expect(page.getByText(/^Copied\./)).toBeVisible();
	expect(await ada.clipboard()).toBe(code);

	await page.getByLabel('Voucher code').fill(misspelt(voucher));
	await expect(page.getByText('No such voucher. Check the letters.')).toBeVisible();
	await redeems(page, voucher.toLowerCase().replaceAll('-', ' '));
	await expect(page.getByText(`Done: Pro until ${dayIn(30)}.`)).toBeVisible();
	await expect(page.getByText(`Pro until ${dayIn(30)}`, { exact: true })).toBeVisible();
	await redeems(page, voucher);
	await expect(page.getByText('This voucher has been used, or it is from another server.')).toBeVisible();
	await expect(page.getByLabel('Voucher code')).toHaveValue(voucher);

	const ben = await meet({ viewport: { width: 390, height: 844 } });
	await ben.page.goto('/plan');
	await ben.page.getByRole('button', { name: 'I already have a code' }).click();
	const typed = code.toLowerCase().replaceAll('-', '').replaceAll('0', 'o').replaceAll('1', 'l');
	const field = ben.page.getByRole('textbox', { name: 'Account code' });
	await field.fill(misspelt(code));
	await expect(ben.page.getByText('A character is wrong. Check the letters and digits.')).toBeVisible();
	await field.fill(typed);
	await expect(ben.page.getByText(`Complete: ${code}`)).toBeVisible();
	await field.press('Enter');
	await expect(ben.page.getByText(`Pro until ${dayIn(30)}`, { exact: true })).toBeVisible();

	// What is kept outlives the page, hidden until it is asked for.
	await ben.page.reload();
	await expect(ben.page.getByText(`Pro until ${dayIn(30)}`, { exact: true })).toBeVisible();
	await expect(ben.page.getByText(code.slice(0, 4))).toHaveCount(0);
	await ben.page.getByRole('button', { name: 'Show', exact: true }).click();
	expect(await readsTheCode(ben.page)).toBe(code);
	await ben.page.getByRole('button', { name: 'Hide', exact: true }).click();
	await expect(ben.page.getByText(code.slice(0, 4))).toHaveCount(0);

	await ben.page.getByRole('button', { name: 'Forget on this device' }).click();
	await ben.page.getByRole('dialog').getByRole('button', { name: 'Forget the code' }).click();
	await expect(ben.page.getByRole('heading', { name: 'Longer rooms, as many as you like.' })).toBeFocused();
	await ben.settles();
	await ben.page.reload();
	await expect(ben.page.getByRole('button', { name: 'Make an account code' })).toBeVisible();
});

test(
	'a code passes to another device as a picture, which leads no request anywhere',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const ada = await meet();
		await ada.page.goto('/plan');
		const code = await makesACode(ada.page);
		// Once Pro is seen, passes for rooms are fetched ahead: that has to be over.
		const fetched = ada.page.waitForResponse((response) => response.request().postData()?.includes('IssueProTokens') === true);
		await redeems(ada.page, await issueVoucher(database, 7));
		await expect(ada.page.getByText(/^Done: Pro until/)).toBeVisible();
		await fetched;
		const asked: string[] = [];
		ada.page.on('request', (request) => asked.push(request.url()));
		await ada.page.getByRole('button', { name: 'Use on another device' }).click();
		const picture = await ada.page.getByRole('img', { name: 'QR code of your account code' }).screenshot();
		await ada.closesTheSheet();
		const saved = ada.page.waitForEvent('download');
		await ada.page.getByRole('button', { name: 'Save as a file' }).click();
		const file = await saved;
		expect(file.suggestedFilename()).toBe('sotto-pro-code.txt');
		const lines = [];
		for await (const part of await file.createReadStream()) lines.push(String(part));
		expect(lines.join('')).toContain(code);
		expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([]);

		const ben = await meet();
		await ben.page.goto('/plan');
		await ben.page.getByRole('button', { name: 'I already have a code' }).click();
		await ben.page.getByRole('button', { name: 'Scan it from the other device' }).click();
		await ben.page.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
		await expect(ben.page.getByRole('textbox', { name: 'Account code' })).toHaveValue(code);
		await ben.page.getByRole('button', { name: 'Use this code' }).click();
		await expect(ben.page.getByText(`Pro until ${dayIn(7)}`, { exact: true })).toBeVisible();
	}
);

test(
	'a voucher whose answer was lost counts, once, and the page says what is true',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const { page } = await meet();
		await page.goto('/plan');
		const voucher = await issueVoucher(database, 10);
		let answers = await losesTheAnswer(page, 'RedeemVoucher');
		await redeems(page, voucher);
		await expect(page.getByText(`Done: Pro until ${dayIn(10)}.`)).toBeVisible();
		// An account was made for it, and is on the screen.
		await expect(page.getByText('An account code was made for it.', { exact: false })).toBeVisible();
		await readsTheCode(page);
		await answers();

		// Neither this answer comes nor the one to what became of it.
		const second = await issueVoucher(database, 10);
		answers = await losesTheAnswer(page, 'RedeemVoucher');
		const more = await losesTheAnswer(page, 'Account');
		await redeems(page, second);
		await expect(page.getByText(/^The answer didn.t arrive/)).toBeVisible();
		await expect(page.getByLabel('Voucher code')).toHaveValue(second);
		await answers();
		await more();
		await page.getByRole('button', { name: 'Redeem' }).click();
		await expect(page.getByText(`Done: Pro until ${dayIn(20)}.`)).toBeVisible();
		await redeems(page, unissuedVoucher());
		await expect(page.getByText('This voucher has been used, or it is from another server.')).toBeVisible();
		await expect(page.getByText(`Pro until ${dayIn(20)}`, { exact: true })).toBeVisible();
	}
);

test('what goes wrong has its sentence, and what was typed stays', async ({ meet }) => {
	const ada = await meet();
	const { page } = ada;
	await page.goto('/plan');
	await page.getByRole('button', { name: 'I already have a code' }).click();
	const field = page.getByRole('textbox', { name: 'Account code' });
	await expect(field).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByText('Type the code first.')).toBeVisible();
	await field.fill('161J-Y3ST');
	await page.keyboard.press('Enter');
	await expect(page.getByText('A code has 16 characters. There are 8 so far.')).toBeVisible();
	await field.fill('161JY3ST9TTM3KCM');
	await page.keyboard.press('Enter');
	await expect(page.getByText('No Pro under this code. Check the letters and digits.')).toBeVisible();
	await expect(field).toBeFocused();
	await ada.context.setOffline(true);
	await page.getByRole('button', { name: 'Use this code' }).click();
	await expect(page.getByText(/^We can.t reach our server\. What you typed stays here/)).toBeVisible();
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'I already have a code' }).click();
	await expect(field).toHaveValue('161JY3ST9TTM3KCM');
	await ada.context.setOffline(false);
	await page.getByRole('button', { name: 'Use this code' }).click();
	// One that is to be paid for can be kept all the same.
	await page.getByRole('button', { name: 'Keep it here all the same' }).click();
	await expect(page.getByText('Nothing is paid under this code now.')).toBeVisible();
	expect(page.url()).not.toContain('161J');
});

test('a payment that isn’t seen: the page waits, says so, and looks again when asked', { tag: '@long' }, async ({ meet }) => {
	const { page } = await meet();
	await page.clock.install();
	await page.goto('/plan');
	await makesACode(page);
	await page.goto('about:blank');
	await page.goto('/plan#paid');
	await expect(page.getByText(/^You.re back\. Waiting for the payment company/)).toBeVisible();
	const late = page.getByText(/^Our server hasn.t heard of the payment yet\./);
	// Each look is answered before the next one is due.
	await expect(async () => {
		await page.clock.runFor(30_000);
		await expect(late).toBeVisible({ timeout: 1000 });
	}).toPass();
	await page.getByRole('button', { name: 'Look again' }).click();
	await expect(page.getByText(/^You.re back\./)).toBeVisible();
	expect(page.url()).toMatch(/\/plan$/);
});

test('a device that is to be erased shows the code that goes with it', async ({ meet }) => {
	const { page } = await meet();
	await page.goto('/plan');
	const code = await makesACode(page);
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Erase this device' }).click();
	const sheet = page.getByRole('dialog', { name: 'Erase this device?' });
	await expect(sheet.getByText(/^Your Pro account code is stored here\. Write it down first/)).toBeVisible();
	await expect(sheet.getByText(code)).toHaveCount(0);
	await sheet.getByRole('button', { name: 'Show the code' }).click();
	await expect(sheet.getByText(code)).toBeVisible();
});

test(
	'two tabs redeem a voucher each, and the days of both stand under one code',
	{ tag: '@long' },
	async ({ meet, database }) => {
		const { page, context } = await meet();
		await page.goto('/plan');
		await expect(page.getByRole('button', { name: 'Make an account code' })).toBeVisible();
		const other = await context.newPage();
		await other.goto('/plan');
		await redeems(other, await issueVoucher(database, 10));
		await expect(other.getByText(`Done: Pro until ${dayIn(10)}.`)).toBeVisible();
		await redeems(page, await issueVoucher(database, 20));
		await expect(page.getByText(`Done: Pro until ${dayIn(30)}.`)).toBeVisible();

		// Whoever has paid is not asked to pay while the server can't be asked.
		const answers = await losesTheAnswer(page, 'Account');
		await page.reload();
		await expect(page.getByRole('button', { name: 'Ask again' })).toBeVisible();
		await expect(page.getByRole('region', { name: 'Get Pro' })).toHaveCount(0);
		await answers();
		await page.getByRole('button', { name: 'Ask again' }).click();
		await expect(page.getByText(`Pro until ${dayIn(30)}`, { exact: true })).toBeVisible();

		await other.getByRole('button', { name: 'Forget on this device' }).click();
		await other.getByRole('dialog').getByRole('button', { name: 'Forget the code' }).click();
		await expect(other.getByRole('button', { name: 'Make an account code' })).toBeVisible();
		await page.evaluate(() => window.dispatchEvent(new Event('focus')));
		await expect(page.getByRole('button', { name: 'Make an account code' })).toBeVisible();
	}
);

test('a browser that keeps nothing says so beside the code', async ({ meet }) => {
	const { page } = await meet();
	await page.addInitScript(() => {
		Object.defineProperty(window, 'indexedDB', {
			get: () => {
				throw new DOMException('blocked', 'SecurityError');
			}
		});
	});
	await page.goto('/plan');
	await expect(page.getByText('This browser forgets everything.')).toBeVisible();
	await makesACode(page);
	await expect(page.getByText('A code stays here only until you close this page.', { exact: false })).toBeVisible();
	await page.reload();
	await expect(page.getByRole('button', { name: 'Make an account code' })).toBeVisible();
});
