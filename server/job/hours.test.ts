import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../rooms/testing.ts';
import { openHouse } from '../rooms/testing.ts';
import { sweepHours } from './hours.ts';

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

test("hours are over by the database's clock, however wrong this process's is", async () => {
	house.advance(48 * 3_600_000);
	const swept: number[] = [];
	const sweep = async (hour: number) => swept.push(hour);
	expect(await sweepHours({ ...house.ports, keyring: { ...house.ports.keyring, sweep } })).toBe(1);
	expect([0, 1]).toContain(Math.floor(Date.now() / 3_600_000) - (swept[0] ?? 0));
});
