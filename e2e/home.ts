/** The home page's form, as journeys look at it. */
import type { Page, Request } from '@playwright/test';
import { expect } from '@playwright/test';

/** How many tokens this profile holds; the database is not made by looking. */
export function countTokens(page: Page): Promise<number> {
	return page.evaluate(async () => {
		if (!(await indexedDB.databases()).some(({ name }) => name === 'epr1')) return 0;
		const answered = <Value>(request: IDBRequest<Value>) =>
			new Promise<Value>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error('database'));
			});
		const database = await answered(indexedDB.open('epr1'));
		const held = database.objectStoreNames.contains('tokens')
			? await answered(database.transaction('tokens').objectStore('tokens').count())
			: 0;
		database.close();
		return held;
	});
}

/** What the form says of this month's rooms. */
export const usedRooms = (page: Page) => page.locator('.open-form__quota');
export const openButton = (page: Page) => page.getByRole('button', { name: 'Open the room' });

/** Of a GraphQL request. */
export const operationOf = (request: Request) => String(request.postDataJSON()?.operationName);

/** Resolves when the rooms are counted. */
export async function goHome(page: Page): Promise<void> {
	await page.goto('/');
	await expect(usedRooms(page)).not.toHaveText('');
}
