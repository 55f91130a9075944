import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import type { TestDatabase } from '../db/testing.ts';
import { insertRoom } from '../rooms/rows.ts';
import { bindToDatabase } from './binding.ts';
import type { Bound } from './binding.ts';
import { openKeyring } from './file-keyring.ts';
import type { Keyring } from './keyring.ts';

const hour = 1_000_000;
let home: string;
const databases: TestDatabase[] = [];
const keyrings: Keyring[] = [];
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sotto-binding-'));
});
afterEach(async () => {
	await Promise.all(keyrings.splice(0).map((keyring) => keyring.close()));
	await Promise.all(databases.splice(0).map((database) => database.stop()));
	await rm(home, { recursive: true });
});

async function newDatabase(): Promise<TestDatabase> {
	const database = await testDatabase();
	databases.push(database);
	return database;
}

const folderOf = (name: string) => path.join(home, name);

type Start = { readonly bound: Bound; readonly keyring: Keyring };

/** As a server that starts with this database and this folder. */
async function start({ db }: TestDatabase, name: string, endRooms = false): Promise<Start> {
	const keyring = await openKeyring(folderOf(name));
	try {
		const request = { db, keyring, folder: folderOf(name), epochHour: hour, endRooms, randomBytes, waitMs: 1000 };
		const bound = await bindToDatabase(request);
		keyrings.push(keyring);
		return { bound, keyring };
	} catch (error) {
		await keyring.close();
		throw error;
	}
}

async function startAndStop(database: TestDatabase, name: string, endRooms = false): Promise<Bound> {
	const { bound, keyring } = await start(database, name, endRooms);
	await keyring.close();
	return bound;
}

/** A room in the database and its key in the folder, both of this hour or one to come. */
async function openRoom(database: TestDatabase, name: string): Promise<void> {
	const { keyring } = await start(database, name);
	const ref = randomBytes(16);
	await keyring.create(hour, ref);
	await keyring.close();
	await insertRow(database, 3600, ref);
}

async function insertRow({ db }: TestDatabase, lifetimeSeconds = 3600, ref = randomBytes(16)): Promise<void> {
	const now = Math.floor(Date.now() / 1000);
	const place = { ref, epoch: hour, day: Math.floor(now / 86_400), slot: 0, byte0: 0x12 };
	const terms = { people: 2, plan: 0, cap: null, emptyPolicy: 0, spent: null, expiresAt: now + lifetimeSeconds };
	await insertRoom(db, { ...place, ...terms, sealed: randomBytes(108), card: randomBytes(1364) });
}

async function roomCount({ db }: TestDatabase): Promise<number> {
	const [row] = await db.sql<{ count: number }[]>`select count(*)::int from rooms`;
	return row?.count ?? -1;
}

const idIn = (name: string) => readFile(path.join(folderOf(name), 'database.id'));

test('a new keyring and a new database get the same name, and find each other again', async () => {
	const database = await newDatabase();
	expect(await startAndStop(database, 'a')).toBe('bound');
	const [row] = await database.db.sql<{ id: Uint8Array }[]>`select id from installation`;
	expect(await idIn('a')).toEqual(row?.id);
	await openRoom(database, 'a');
	expect(await startAndStop(database, 'a')).toBe('found');
	expect([await idIn('a'), await roomCount(database)]).toEqual([row?.id, 1]);
});

test('a database whose rooms need another keyring is not started with an empty one, which stays empty', async () => {
	const database = await newDatabase();
	await openRoom(database, 'a');
	await expect(start(database, 'b')).rejects.toThrow(
		/^KEYRING_DIR: .*b is not the keyring of this database.*Set KEYRING_DIR to the right folder\..*KEYRING_LOST=end-all-rooms/
	);
	await expect(idIn('b')).rejects.toThrow('ENOENT');
	expect(await startAndStop(database, 'a')).toBe('found');
});

test('with the word that the keyring is lost all rooms are deleted, once, and the new folder belongs to the database', async () => {
	const database = await newDatabase();
	await openRoom(database, 'a');
	expect(await startAndStop(database, 'b', true)).toBe('rooms ended');
	expect(await roomCount(database)).toBe(0);
	await openRoom(database, 'b');
	expect(await startAndStop(database, 'b', true)).toBe('found');
	expect(await roomCount(database)).toBe(1);
	await expect(start(database, 'a')).rejects.toThrow('KEYRING_DIR');
});

test('where nothing is lost, database and folder are bound anew', async () => {
	const [first, second] = [await newDatabase(), await newDatabase()];
	await startAndStop(first, 'a');
	await startAndStop(second, 'b');
	expect(await startAndStop(first, 'new')).toBe('bound');
	expect(await startAndStop(second, 'new')).toBe('bound');
	expect(await startAndStop(await newDatabase(), 'b')).toBe('bound');
});

test('rooms and keys whose time is over are no loss', async () => {
	const [first, second] = [await newDatabase(), await newDatabase()];
	const { keyring } = await start(first, 'a');
	await keyring.create(hour - 1, randomBytes(16));
	await keyring.close();
	await startAndStop(second, 'b');
	await insertRow(second, -1);
	expect(await startAndStop(second, 'a')).toBe('bound');
});

test('rows of rooms that are over go when their database gets another keyring: it has other rooms in their slots', async () => {
	const database = await newDatabase();
	await startAndStop(database, 'a');
	await insertRow(database, -1);
	expect(await startAndStop(database, 'b')).toBe('bound');
	expect(await roomCount(database)).toBe(0);
});

test('a first start that was cut off after the folder got its name is done again, also with the rooms of version 0.1', async () => {
	const database = await newDatabase();
	await startAndStop(database, 'a');
	await database.db.sql`delete from installation`;
	await insertRow(database);
	expect(await startAndStop(database, 'a')).toBe('bound');
	expect([await roomCount(database), await startAndStop(database, 'a')]).toEqual([1, 'found']);
});

test('a folder that is refused keeps the key of version 0.1', async () => {
	const database = await newDatabase();
	await openRoom(database, 'a');
	await mkdir(folderOf('b'));
	await writeFile(path.join(folderOf('b'), 'seal.key'), randomBytes(32));
	await expect(start(database, 'b')).rejects.toThrow('KEYRING_DIR');
	expect(await readFile(path.join(folderOf('b'), 'seal.key'))).not.toEqual(Buffer.alloc(32));
});

test('a folder with keys of another database is not taken, not even with the word that the keyring is lost', async () => {
	const [first, second] = [await newDatabase(), await newDatabase()];
	await openRoom(first, 'a');
	await openRoom(second, 'b');
	for (const database of [second, await newDatabase()]) {
		for (const endRooms of [false, true]) {
			await expect(start(database, 'a', endRooms)).rejects.toThrow(
				/^KEYRING_DIR: .*a belongs to another database: it holds keys to the rooms of another database\. Set KEYRING_DIR to.*shred -u/
			);
		}
	}
	expect([await roomCount(second), await startAndStop(first, 'a')]).toEqual([1, 'found']);
});

test('a folder that a server with another database is using is not taken', async () => {
	await start(await newDatabase(), 'a');
	await expect(start(await newDatabase(), 'a', true)).rejects.toThrow('a server with another database is using it');
});

test('servers that start at once with one database and one folder agree, also when they have to be bound anew', async () => {
	const database = await newDatabase();
	const first = await Promise.all([1, 2, 3].map(() => start(database, 'a')));
	expect(first.map(({ bound }) => bound).sort()).toEqual(['bound', 'found', 'found']);
	await Promise.all(first.map(({ keyring }) => keyring.close()));
	const second = await Promise.all([1, 2, 3].map(() => start(database, 'b')));
	expect(second.map(({ bound }) => bound).sort()).toEqual(['bound', 'found', 'found']);
});

test('of two databases that start at once with one new folder one gets it', async () => {
	const [first, second] = [await newDatabase(), await newDatabase()];
	for (const name of ['a', 'b', 'c']) {
		const results = await Promise.allSettled([start(first, name), start(second, name)]);
		expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		await Promise.all(keyrings.splice(0).map((keyring) => keyring.close()));
	}
});

test('a folder that has lost its name, and has keys to rooms of the database, gets it back', async () => {
	const database = await newDatabase();
	await openRoom(database, 'a');
	const file = path.join(folderOf('a'), 'database.id');
	const before = await readFile(file);
	await rm(file);
	expect(await startAndStop(database, 'a')).toBe('found');
	expect(await readFile(file)).toEqual(before);
	expect(await roomCount(database)).toBe(1);
});

test('a damaged name is an error, not a new name', async () => {
	const database = await newDatabase();
	await startAndStop(database, 'a');
	await writeFile(path.join(folderOf('a'), 'database.id'), 'short');
	await expect(start(database, 'a')).rejects.toThrow('expected 16 bytes in database.id, got 5');
});
