import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseAhead } from './clock.ts';
import type { TestDatabase } from './testing.ts';
import { testDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database.stop());

test('the distance of the clocks is in whole milliseconds, whatever fractions the database tells', async () => {
	for (const offMs of [0, -43_200_000, 43_200_000]) {
		const ahead = await databaseAhead(database.db, () => Date.now() + offMs);
		expect(Number.isSafeInteger(ahead)).toBe(true);
		expect(Math.abs(ahead + offMs)).toBeLessThan(10_000);
	}
});
