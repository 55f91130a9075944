/** One server for a file of journeys, and people who close their browsers when they are done. */
import { test as base, expect } from '@playwright/test';
import { startEmbedded } from '../server/db/embedded.ts';
import { openDatabase } from '../server/db/client.ts';
import type { Database } from '../server/db/client.ts';
import { Person } from './person.ts';
import type { Server } from './server.ts';
import { withServer } from './server.ts';

/** `baseURL`: another server than the file's. */
type Meet = (options?: Parameters<typeof Person.at>[2]) => Promise<Person>;

export const test = base.extend<{ meet: Meet }, { server: Server; database: Database }>({
	server: [
		// Playwright wants a destructuring pattern here, even an empty one.
		// eslint-disable-next-line no-empty-pattern
		async ({}, use) => {
			await withServer({ LIMIT_CREATE_PER_MINUTE: '1000', LIMIT_PEEK_PER_MINUTE: '1000' }, use);
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
	meet: async ({ browser, server }, use) => {
		const people: Person[] = [];
		await use(async (options) => {
			const person = await Person.at(browser, options?.baseURL ?? server.origin, options);
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
