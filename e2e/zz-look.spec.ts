import { createHash } from 'node:crypto';
import { utf8 } from '#protocol/bytes';
import { codeAlphabet } from '#protocol/codes';
import { voucherHash } from '../server/billing/rows.ts';
import { expect, test } from './fixtures.ts';

function voucher(body: string): string {
	const [first = 0] = createHash('sha256').update(utf8('epr/1/voucher')).update(body).digest();
	return body + codeAlphabet.charAt(first >> 3);
}

for (const [w, h, theme, tag] of [[390, 844, 'light', 'm'], [1280, 800, 'dark', 'd']] as const)
test(`look ${tag}`, async ({ meet, database }) => {
	const ada = await meet({ viewport: { width: w, height: h }, colorScheme: theme, reducedMotion: 'reduce' });
	const { page } = ada;
	const code = voucher(`ABCDEFGH0123${w === 390 ? 'XY' : 'YX'}Z`);
	await database.sql`insert into vouchers (h, days) values (${voucherHash(code)}, 30)`;
	let n = 0;
	const shot = async (name: string) => { await page.waitForTimeout(150); await page.screenshot({ path: `/tmp/shots-d/${tag}-${String(++n).padStart(2, '0')}-${name}.png`, fullPage: true }); };
	await page.goto('/plan');
	await expect(page.getByRole('heading', { name: 'Get Pro' })).toBeVisible();
	await shot('first');
	await page.getByLabel('Voucher code').fill('ABCDEFGH0123XYZ9');
	await expect(page.getByText('No such voucher')).toBeVisible();
	await shot('typo');
	await page.getByRole('button', { name: 'I already have a code' }).click();
	await page.getByLabel('Account code').fill('161j-y3st-9ttm-3kcm');
	await expect(page.getByText('Complete:')).toBeVisible();
	await shot('enter');
	await page.getByRole('button', { name: 'Use this code' }).click();
	await expect(page.getByText('No Pro under this code')).toBeVisible();
	await shot('nopro');
	await page.keyboard.press('Escape');
	await page.getByLabel('Voucher code').fill('');
	await page.getByRole('button', { name: 'Make an account code' }).click();
	await expect(page.getByRole('heading', { name: 'Your account is a code.' })).toBeVisible();
	await shot('made');
	await page.getByRole('button', { name: 'Use on another device' }).click();
	await shot('other');
	await page.keyboard.press('Escape');
	await page.getByLabel('Voucher code').fill(code);
	await shot('voucher');
	await page.getByRole('button', { name: 'Redeem' }).click();
	await expect(page.getByText('Done: Pro until')).toBeVisible();
	await shot('redeemed');
	await page.reload();
	await expect(page.getByText('Pro until')).toBeVisible();
	await shot('reloaded');
	await page.getByRole('button', { name: 'Forget on this device' }).click();
	await shot('forget');
});
