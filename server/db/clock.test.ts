import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseAhead, startClock } from './clock.ts';
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

test('a clock that is set while the process runs is followed, and small distances are left alone', async () => {
	let offMs = 0;
	const clock = await startClock(database.db, () => Date.now() + offMs);
	expect(await clock.follow()).toBe(false);
	for (const stepMs of [3_600_000, -7_200_000]) {
		offMs += stepMs;
		expect(await clock.follow()).toBe(true);
		expect(Math.abs(clock.now() - Date.now())).toBeLessThan(10_000);
	}
});
