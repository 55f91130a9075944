import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { startServer } from '../../../server/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { comeIn, House, openLodging } from './testing';
import type { Guest, Lodging } from './testing';

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

async function come(lodging: Lodging, nick: string, remembered?: Guest): Promise<Guest> {
	const guest = await comeIn(house, lodging, nick, remembered);
	guests.push(guest);
	return guest;
}

test('what one says the other reads at once, and both see it in the same place', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const bo = await come(lodging, 'Bo');
	ada.stay.send('one');
	await bo.until(() => bo.texts.includes('one'));
	bo.stay.send('two');
	await ada.until(() => ada.texts.includes('two'));
	await ada.until(() => ada.messages.every((message) => message.state !== 'sending'));
	expect(ada.messages.map(({ text, state, seq }) => [text, state, seq])).toEqual([
		['one', 'sent', 1],
		['two', 'received', 2]
	]);
	expect(bo.messages.map(({ text, state, seq }) => [text, state, seq])).toEqual([
		['one', 'received', 1],
		['two', 'sent', 2]
	]);
});
