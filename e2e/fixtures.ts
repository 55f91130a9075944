/** One server for a worker's journeys, and people who close their browsers when they are done. */
import { test as base, expect } from '@playwright/test';
import type { TestStripe } from '../server/billing/testing-stripe.ts';
import { startTestStripe, testStripe } from '../server/billing/testing-stripe.ts';
import { startEmbedded } from '../server/db/embedded.ts';
import { openDatabase } from '../server/db/client.ts';
import type { Database } from '../server/db/client.ts';
import { Person } from './person.ts';
import type { Server } from './server.ts';
import { withServer } from './server.ts';

/** `baseURL`: another server than the file's. */
type Meet = (options?: Parameters<typeof Person.at>[2]) => Promise<Person>;

/** All that any file needs, made when it is asked for: files with fixtures of their own could not share a worker. */
type Shared = { server: Server; database: Database; stripe: TestStripe; paid: Server };

/** In a month: fewer than by default, since each newcomer's browser makes a token for each. */
export const freeRooms = 3;

export const test = base.extend<{ meet: Meet; shell: boolean }, Shared>({
	/** Journeys that say nothing of it are made in a browser without service workers, as some private windows are. */
	shell: [false, { option: true }],
	server: [
		// Playwright wants a destructuring pattern here, even an empty one.
		// eslint-disable-next-line no-empty-pattern
		async ({}, use) => {
			const wide = { LIMIT_CREATE_PER_MINUTE: '1000', LIMIT_PEEK_PER_MINUTE: '1000' };
			await withServer({ ...wide, PLAN_FREE_ROOMS_PER_MONTH: String(freeRooms) }, use);
		},
		{ scope: 'worker' }
	],
	/** The server's own database, for what only a plan that doesn't exist yet could set. */
	database: [
		async ({ server }, use) => {
			const embedded = await startEmbedded({ dataDir: server.dataDir });
			const database = openDatabase(embedded.url, { max: 2 });
			await use(database);
			await database.close();
			await embedded.stop();
		},
		{ scope: 'worker' }
	],
	stripe: [
		// Playwright wants a destructuring pattern here, even an empty one.
		// eslint-disable-next-line no-empty-pattern
		async ({}, use) => {
			const stripe = await startTestStripe();
			await use(stripe);
			await stripe.stop();
		},
		{ scope: 'worker' }
	],
	/** Another server: two free rooms a month at the difficulty that comes with the program, and Pro to be paid for. */
	paid: [
		async ({ stripe }, use) => {
			const { secretKey, webhookSecret, priceId } = testStripe;
			const payment = { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_PRICE_ID: priceId };
			const numbers = { PLAN_FREE_ROOMS_PER_MONTH: '2', LIMIT_WORK_BITS: '5', LIMIT_ACCOUNT_PER_MINUTE: '15' };
			await withServer({ ...numbers, ...payment, STRIPE_API: stripe.url }, use);
		},
		{ scope: 'worker' }
	],
	meet: async ({ browser, server, shell }, use) => {
		const people: Person[] = [];
		await use(async (options) => {
			const person = await Person.at(browser, options?.baseURL ?? server.origin, { shell, ...options });
			people.push(person);
			return person;
		});
		for (const person of people) {
			expect(person.violations).toEqual([]);
			await person.goes();
		}
	}
});
export { expect };
