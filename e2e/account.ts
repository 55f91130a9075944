/** What people do with a Pro account on the plan page. */
import type { Page, Route } from '@playwright/test';
import { expect } from '@playwright/test';
import { operationOf } from './home.ts';

const codeForm = /^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/;

/** The day that many days from today (UTC), as the page writes it. */
export function dayIn(days: number): string {
	const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
	return format.format(Date.now() + days * 86_400_000);
}

export async function makesACode(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Make an account code' }).click();
	await expect(page.getByRole('heading', { name: 'Your account is a code.' })).toBeVisible();
	return readsTheCode(page);
}

export async function readsTheCode(page: Page): Promise<string> {
	const card = page.getByRole('region', { name: 'Account code' });
	const code = (await card.locator('.acct span').allInnerTexts()).join('-');
	expect(code).toMatch(codeForm);
	return code;
}

export async function redeems(page: Page, voucher: string): Promise<void> {
	await page.getByLabel('Voucher code').fill(voucher);
	await page.getByRole('button', { name: 'Redeem' }).click();
}

/** Lets what is asked happen, and the answer never come. */
export async function losesTheAnswer(page: Page, operation: string): Promise<() => Promise<void>> {
	const lose = async (route: Route) => {
		if (operationOf(route.request()) !== operation) return route.fallback();
		await route.fetch();
		await route.abort();
	};
	await page.route('**/graphql', lose);
	return () => page.unroute('**/graphql', lose);
}
