/** The server as it is run, with keys of Stripe's in its environment. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { askAt, isBuilt, startMain } from '../testing-main.ts';
import { deliver, startTestStripe, testStripe } from './testing-stripe.ts';
import { dayIn, newAccount } from './testing.ts';

test.skipIf(!isBuilt)('somebody pays on the company’s page, comes back, and has Pro', async () => {
	const database = await testDatabase();
	const keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-payments-'));
	const stripe = await startTestStripe();
	const main = await startMain({
		DATABASE_URL: database.url,
		KEYRING_DIR: keyringDir,
		STRIPE_API: stripe.url,
		STRIPE_SECRET_KEY: testStripe.secretKey,
		STRIPE_WEBHOOK_SECRET: testStripe.webhookSecret,
		STRIPE_PRICE_ID: testStripe.priceId
	});
	stripe.webhook = `http://${main.host}/stripe/webhook`;
	const account = newAccount();
	expect(await askAt(main, 'Price', {})).toEqual({ price: { amount: 400, currency: 'eur' } });
	const { startCheckout: page } = await askAt(main, 'StartCheckout', { account });
	expect(await (await fetch(page)).text()).toContain('<button>Pay</button>');
	const paid = await fetch(page, { method: 'POST', redirect: 'manual' });
	expect(paid.headers.get('location')).toBe(`${main.origin}/plan#paid`);
	expect((await askAt(main, 'Account', { account })).account).toEqual({ paidUntil: dayIn(30), subscription: 'active' });

	const { managePayment: portal } = await askAt(main, 'ManagePayment', { account });
	const cancelled = await fetch(portal.replace('?', '/cancel?'), {
		method: 'POST',
		redirect: 'manual',
		body: new URLSearchParams({ back: `${main.origin}/plan` })
	});
	expect(cancelled.headers.get('location')).toBe(`${main.origin}/plan`);
	expect((await askAt(main, 'Account', { account })).account).toMatchObject({ subscription: 'ending' });
	stripe.books.endPeriod(stripe.books.last.id);
	await deliver(stripe);
	expect((await askAt(main, 'Account', { account })).account).toEqual({ paidUntil: dayIn(30), subscription: null });
	expect(main.lines.join('\n')).not.toMatch(/cus_|sub_|evt_|cs_test|"level":"error"/);
	await main.stop();
	await stripe.stop();
	await database.stop();
	await rm(keyringDir, { recursive: true });
});
