/** For tests: a server that takes payments, the Stripe that it asks, and what people and Stripe do. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { codeIn, postOperation } from '../testing-people.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import { accountHash } from './account.ts';
import { createStripePayments } from './stripe.ts';
import type { News } from './testing-books.ts';
import type { TestStripe } from './testing-stripe.ts';
import { sendNews, startTestStripe, testStripe } from './testing-stripe.ts';
import { newAccount, newVouchers, outcome } from './testing.ts';

/** Days of a month as this Stripe has it, and of grace. */
export const month = 30;
export const grace = 7;

/** A new one for each test, over one database. */
export function useShop(): Shop {
	const shop = new Shop();
	beforeAll(async () => {
		shop.database = await testDatabase();
	});
	afterAll(() => shop.database.stop());
	beforeEach(async () => {
		shop.stripe = await startTestStripe();
		shop.server = await shop.open();
		await shop.database.db.sql`truncate accounts, subscriptions, checkouts, stripe_events`;
	});
	afterEach(async () => {
		await shop.server.stop();
		await shop.stripe.stop();
	});
	return shop;
}

class Shop {
	declare database: TestDatabase;
	declare server: TestServer;
	declare stripe: TestStripe;

	get hook(): string {
		return `http://${this.server.host}/stripe/webhook`;
	}

	/** Another process beside `server`, with other `keys`. */
	open(keys: Partial<Record<keyof typeof testStripe, string>> = {}): Promise<TestServer> {
		const { url: databaseUrl } = this.database;
		const settings = { ...testStripe, ...keys, api: this.stripe.url };
		return startServer({ databaseUrl, payments: (ports) => createStripePayments(ports, settings) });
	}

	/** Resolves to Stripe's name of the checkout. */
	async begin(account: string): Promise<string> {
		const { data, errors } = await postOperation(this.server, 'startCheckout', { account });
		if (errors !== undefined) throw new Error(codeIn({ errors }));
		return new URL(data.startCheckout).pathname.replace('/pay/', '');
	}

	/** All that happened at Stripe since, in order. */
	async tellAll(): Promise<readonly News[]> {
		const news = this.stripe.books.takeNews();
		for (const each of news) expect(await sendNews(this.hook, each), each.type).toBe(200);
		return news;
	}

	/** Resolves to the account's code and Stripe's name of its subscription. */
	async subscribe(daysAgo = 0): Promise<{ account: string; id: string }> {
		const account = newAccount();
		const id = this.stripe.books.pay(await this.begin(account), daysAgo);
		await this.tellAll();
		return { account, id };
	}

	async press(name: 'cancelSubscription' | 'resumeSubscription', account: string) {
		return outcome(await postOperation(this.server, name, { account }), name);
	}

	async redeem(account: string, days: number): Promise<void> {
		const [voucher = ''] = await newVouchers(this.database.db, 1, days);
		await postOperation(this.server, 'redeemVoucher', { account, voucher });
	}

	/** Of the subscription alone. */
	async lastDay(account: string): Promise<unknown> {
		const { sql } = this.database.db;
		return (await sql`select paid_until::text as day from subscriptions where account = ${accountHash(account)}`)[0]?.['day'];
	}

	async countRows(): Promise<object> {
		const [row] = await this.database.db.sql`
			select (select count(*)::int from subscriptions) as subscriptions, (select count(*)::int from checkouts) as checkouts`;
		return row ?? {};
	}
}
