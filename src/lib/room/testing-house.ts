/** For the tests of a file: a house with a real server and a database of its own behind it, and its guests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { startServer } from '../../../server/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { comeIn, House } from './testing.ts';
import type { Arriving, Guest, Lodging } from './testing.ts';

export type TestHouse = {
	readonly house: House;
	/** Comes in, and goes when the test is over. */
	come(lodging: Lodging, nick: string, arriving?: Arriving): Promise<Guest>;
	/** Who came in some other way goes then, too. */
	stays(guest: Guest): Guest;
	/** As after a kill: what the server held in memory is gone, sessions and the newest messages. */
	restart(): Promise<void>;
};

/** To be called once, at the top of the file: open before its first test, shut after its last. */
export function testHouse(): TestHouse {
	const house = new House();
	const guests: Guest[] = [];
	let database: TestDatabase;
	let server: TestServer;
	let keyringDir: string;

	const open = async () => {
		server = await startServer({ databaseUrl: database.url, keyringDir });
		await house.open(server);
	};
	const shut = async () => {
		await house.shut();
		await server.stop();
	};
	beforeAll(async () => {
		database = await testDatabase();
		keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-house-'));
		await open();
	});
	afterEach(() => {
		for (const guest of guests.splice(0)) guest.stay.stop();
	});
	afterAll(async () => {
		await shut();
		await database.stop();
		await rm(keyringDir, { recursive: true });
	});
	const stays = (guest: Guest) => {
		guests.push(guest);
		return guest;
	};
	return {
		house,
		come: async (lodging, nick, arriving = {}) => stays(await comeIn(house, lodging, nick, arriving)),
		stays,
		async restart() {
			await shut();
			await open();
		}
	};
}
