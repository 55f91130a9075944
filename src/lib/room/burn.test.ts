import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { startServer } from '../../../server/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { comeIn, House, openLodging } from './testing.ts';
import type { Guest, Lodging } from './testing.ts';

let database: TestDatabase;
let server: TestServer;
let house: House;
const guests: Guest[] = [];

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url });
	house = new House(server);
	await house.open();
});
afterEach(() => {
	for (const guest of guests.splice(0)) guest.stay.stop();
});
afterAll(async () => {
	await house.shut();
	await server.stop();
	await database.stop();
});

async function come(lodging: Lodging, nick: string): Promise<Guest> {
	const guest = await comeIn(house, lodging, nick);
	guests.push(guest);
	return guest;
}

const leftMs = (guest: Guest) => (guest.messages[0]?.burn?.at ?? 0) - (guest.shown.now ?? 0);
const isGone = (guest: Guest) => guest.messages[0]?.burn?.gone === true;

test('a message that burns stands with its time on both screens, and at its time both forget its words by themselves', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('the code is 7731', 60);
	await bo.until(() => bo.texts.includes('the code is 7731') && ada.messages[0]?.state === 'sent');
	for (const guest of [ada, bo]) {
		expect(guest.messages[0]?.burn).toMatchObject({ seconds: 60, differs: false, gone: false });
		expect(leftMs(guest)).toBeGreaterThan(55_000);
		expect(leftMs(guest)).toBeLessThan(61_100);
	}
	for (const guest of [ada, bo]) {
		guest.offsetMs = 58_000;
		guest.signal('online');
		expect(guest.texts).toEqual(['the code is 7731']);
		guest.offsetMs = 61_000;
		guest.signal('online');
		await guest.until(isGone);
		expect(JSON.stringify(guest.shown)).not.toContain('7731');
	}
});
