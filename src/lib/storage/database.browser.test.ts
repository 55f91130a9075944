import { afterEach, expect, test, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { utf8 } from '#protocol/bytes';
import type { PlanName } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import * as account from './account.ts';
import { databaseVersion, DeviceDatabase } from './database.ts';
import type { Database } from './database.ts';
import { deviceKey } from './device-key.ts';
import { openAt, sealAt } from './sealed.ts';
import * as kept from './kept.ts';
import * as tokens from './tokens.ts';

const period = 24_322;
const code = '0123456789ABCDEF';
const otherCode = 'FEDCBA9876543210';
let count = 0;
const opened: DeviceDatabase[] = [];

const nameOf = (): string => `epr1.test.${++count}`;

function tab(name: string, factory: () => IDBFactory = () => indexedDB): DeviceDatabase {
	const database = new DeviceDatabase(factory, name);
	opened.push(database);
	return database;
}

const blocked = (): IDBFactory => {
	throw new DOMException('blocked', 'SecurityError');
};

const monthKey = new Uint8Array(32).fill(9);
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));

function make(plan: PlanName, amount: number, of = period): Token[] {
	return Array.from({ length: amount }, () => ({ plan, period: of, nonce: random(32), output: random(64) }));
}

const nonces = (found: readonly { readonly token: Token }[]): string[] => found.map(({ token }) => String(token.nonce)).sort();

async function rawTexts(database: Database): Promise<string> {
	const all = await database.transact((transaction) =>
		Promise.all((['tokens', 'account', 'facts'] as const).map((store) => transaction.entries(store)))
	);
	return all
		.flat()
		.map(({ value }) => String(value))
		.join(' ');
}

afterEach(async () => {
	for (const database of opened.splice(0)) await database.erase();
});

const places: Readonly<Record<string, () => IDBFactory>> = { 'on the disk': () => indexedDB, 'with storage blocked': blocked };

for (const [kind, factory] of Object.entries(places)) {
	test(`${kind}: who reads sees what was begun before, in the order of the keys and within bounds`, async () => {
		const database = tab(nameOf(), factory);
		const written = database.transact(async (transaction) => {
			for (const n of [3, 1, 10, 2]) transaction.put('cache', ['room', n], n);
			for (const other of ['roo', 'rooms']) transaction.put('cache', [other, 3], other);
		});
		expect(await database.read((reading) => reading.valuesBetween('cache', ['room', 2], ['room', 10]))).toEqual([2, 3, 10]);
		expect(await database.read((reading) => reading.valuesBetween('cache', ['room', 4], ['room', 9]))).toEqual([]);
		await written;
	});

	test(`${kind}: a batch is kept once a month, and a token leaves when it is dropped`, async () => {
		const database = tab(nameOf(), factory);
		const batch = make('free', 3);
		expect([await tokens.readFreeBatch(period, database), await tokens.readFreeKey(period, database)]).toEqual([null, null]);
		expect(await tokens.keepFreeBatch({ period, key: monthKey, tokens: batch }, database)).toBe(true);
		expect(await tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 3) }, database)).toBe(false);
		expect(await tokens.readFreeBatch(period, database)).toBe(3);
		const found = await tokens.readTokens('free', period, database);
		expect(nonces(found)).toEqual(batch.map(({ nonce }) => String(nonce)).sort());
		const [first] = found;
		if (first) await tokens.dropToken(first, database);
		expect(nonces(await tokens.readTokens('free', period, database))).toEqual(nonces(found.slice(1)));
		expect(await tokens.readFreeBatch(period, database)).toBe(3);
	});

	test(`${kind}: tokens of other months and plans are told apart, and the old ones go`, async () => {
		const database = tab(nameOf(), factory);
		await tokens.keepFreeBatch({ period: period - 1, key: monthKey, tokens: make('free', 2, period - 1) }, database);
		await account.keepAccountCode(code, database);
		await tokens.keepProTokens({ account: code, tokens: make('pro', 4) }, database);
		await tokens.countProRoom(period, database);
		await tokens.countProRoom(period, database);
		await tokens.planRefill(1_800_000_000_000, database);
		expect(await tokens.readTokens('free', period, database)).toEqual([]);
		expect(await tokens.readTokens('free', period - 1, database)).toHaveLength(2);
		await tokens.dropBefore(period, database);
		expect(await tokens.readTokens('free', period - 1, database)).toEqual([]);
		expect(await tokens.readFreeBatch(period - 1, database)).toBeNull();
		expect(await tokens.readTokens('pro', period, database)).toHaveLength(4);
		expect(await tokens.readProRooms(period, database)).toBe(2);
		expect(await tokens.readRefill(database)).toBe(1_800_000_000_000);
	});

	test(`${kind}: the account is kept, replaced and forgotten, its tokens with it`, async () => {
		const database = tab(nameOf(), factory);
		expect(await account.readAccountCode(database)).toBeNull();
		await account.keepAccountCode(otherCode, database);
		expect(await tokens.keepProTokens({ account: otherCode, tokens: make('pro', 1) }, database)).toBe(true);
		await account.keepAccountCode(otherCode, database);
		expect(await tokens.readTokens('pro', period, database)).toHaveLength(1);
		await account.keepAccountCode(code, database);
		expect(await account.readAccountCode(database)).toBe(code);
		expect(await tokens.readTokens('pro', period, database)).toEqual([]);
		expect(await tokens.keepProTokens({ account: code, tokens: make('pro', 1) }, database)).toBe(true);
		await tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 1) }, database);
		await account.dropAccountCode(database);
		expect(await account.readAccountCode(database)).toBeNull();
		expect(await tokens.readTokens('pro', period, database)).toEqual([]);
		expect(await tokens.readTokens('free', period, database)).toHaveLength(1);
	});

	test(`${kind}: tokens that come when their code is not kept any more are dropped`, async () => {
		const database = tab(nameOf(), factory);
		const late = { account: code, tokens: make('pro', 1) };
		expect(await tokens.keepProTokens(late, database)).toBe(false);
		await account.keepAccountCode(otherCode, database);
		expect(await tokens.keepProTokens(late, database)).toBe(false);
		expect(await tokens.readTokens('pro', period, database)).toEqual([]);
	});

	test(`${kind}: a code that is there already isn’t written over by a first one`, async () => {
		const database = tab(nameOf(), factory);
		const kept = await Promise.all([code, otherCode].map((each) => account.keepFirstAccountCode(each, database)));
		expect(new Set(kept)).toEqual(new Set([await account.readAccountCode(database)]));
		await account.dropAccountCode(database);
		expect(await account.keepFirstAccountCode(otherCode, database)).toBe(otherCode);
	});
}

test('what one tab keeps another finds, under one key, however many begin at once', async () => {
	const name = nameOf();
	const tabs = Array.from({ length: 5 }, () => tab(name));
	const keys = await Promise.all(tabs.map(deviceKey));
	const [first] = keys;
	expect(first?.extractable).toBe(false);
	const place = { store: 'facts', key: ['x'] } as const;
	for (const one of keys) {
		const sealed = await sealAt(place, one, utf8('here'));
		for (const other of keys) expect(await openAt(place, other, sealed)).toEqual(utf8('here'));
	}
	const kept = await Promise.all(
		tabs.map((one) => tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 2) }, one))
	);
	expect(kept.filter(Boolean)).toHaveLength(1);
	expect(await tokens.readTokens('free', period, tab(name))).toHaveLength(2);
});

test('of two tabs that make a first code at once one is kept, and both are told which', async () => {
	const name = nameOf();
	const kept = await Promise.all([code, otherCode].map((each) => account.keepFirstAccountCode(each, tab(name))));
	expect(new Set(kept)).toEqual(new Set([await account.readAccountCode(tab(name))]));
});

test('nothing lies there in clear, and no record can be put in another’s place', async () => {
	const database = tab(nameOf());
	const [token] = make('free', 1);
	if (token) await tokens.keepFreeBatch({ period, key: monthKey, tokens: [token] }, database);
	await account.keepAccountCode(code, database);
	const raw = await rawTexts(database);
	expect(raw).not.toContain(String(token?.nonce));
	expect(raw).not.toContain(String(token?.output));
	expect(raw).not.toContain(String(utf8(code)));
	await database.transact(async (transaction) => {
		const [entry] = await transaction.entries('tokens');
		transaction.put('tokens', ['pro', period, 1], entry?.value);
	});
	expect(await tokens.readTokens('pro', period, database)).toEqual([]);
});

test('erasing takes the key and the database, under the eyes of another tab', async () => {
	const name = nameOf();
	const [here, there] = [tab(name), tab(name)];
	await tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 2) }, here);
	const old = await deviceKey(there);
	await here.erase();
	expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(name);
	// The other tab goes on in memory: nothing of it reaches the disk any more.
	await tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 2) }, there);
	expect(await tokens.readTokens('free', period, there)).toHaveLength(2);
	expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(name);
	expect(there.forgetful).toBe(true);
	const place = { store: 'facts', key: ['x'] } as const;
	const fresh = tab(name);
	expect(await openAt(place, await deviceKey(fresh), await sealAt(place, old, utf8('x')))).toBeNull();
	expect(await tokens.readTokens('free', period, fresh)).toEqual([]);
});

test('the key is erased first, and by itself', async () => {
	const database = tab(nameOf());
	await tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 2) }, database);
	await account.keepAccountCode(code, database);
	const removed = vi.spyOn(IDBObjectStore.prototype, 'delete');
	await database.erase();
	const asked = removed.mock.contexts as readonly IDBObjectStore[];
	const stores = asked.map(({ name }) => name);
	const [first, ...others] = asked.map(({ transaction }) => transaction);
	removed.mockRestore();
	expect(stores[0]).toBe('keys');
	expect(new Set(stores)).toEqual(new Set(['keys', 'tokens', 'account', 'facts']));
	// Done, before anything else begins.
	expect(others).not.toContain(first);
});

test('what is shown as waiting lies on the disk itself', async () => {
	const database = tab(nameOf());
	const localId = '01'.repeat(16);
	await kept.writeKept(database, { localId, sealed: random(8) });
	const asked = vi.spyOn(IDBDatabase.prototype, 'transaction');
	await kept.addDraft(database, localId, random(8));
	expect(asked.mock.calls.map(([, mode, options]) => [mode, options])).toEqual([['readwrite', { durability: 'strict' }]]);
	asked.mockRestore();
});

/** As a browser does it to a page that slept, or to a site whose data was cleared. */
function endConnections(opens: MockInstance<IDBFactory['open']>): void {
	for (const { value } of opens.mock.results) if (value instanceof IDBOpenDBRequest) value.result.close();
	opens.mockClear();
}

test('a connection that the browser ended is opened anew, and nothing is forgotten', async () => {
	const name = nameOf();
	const database = tab(name);
	const opens = vi.spyOn(IDBFactory.prototype, 'open');
	await account.keepAccountCode(code, database);
	endConnections(opens);
	const both = await Promise.all([account.readAccountCode(database), account.readAccountCode(database)]);
	expect(both).toEqual([code, code]);
	endConnections(opens);
	await account.keepAccountCode(otherCode, database);
	opens.mockRestore();
	expect(database.forgetful).toBe(false);
	expect(await account.readAccountCode(tab(name))).toBe(otherCode);
});

test('a newer page’s database is left alone', async () => {
	const name = nameOf();
	const database = tab(name);
	await account.keepAccountCode(code, database);
	const newer = indexedDB.open(name, databaseVersion + 1);
	await new Promise((resolve) => newer.addEventListener('success', resolve));
	await account.keepAccountCode(otherCode, database);
	expect(database.forgetful).toBe(true);
	expect(await account.readAccountCode(database)).toBe(otherCode);
	newer.result.close();
});

test('a disk that fails is left for memory, with what can still be read of it', async () => {
	const database = tab(nameOf());
	await account.keepAccountCode(code, database);
	await tokens.keepFreeBatch({ period, key: monthKey, tokens: make('free', 2) }, database);
	const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
		throw new DOMException('full', 'QuotaExceededError');
	});
	await tokens.keepProTokens({ account: code, tokens: make('pro', 3) }, database);
	put.mockRestore();
	expect(await tokens.readTokens('pro', period, database)).toHaveLength(3);
	expect(await tokens.readTokens('free', period, database)).toHaveLength(2);
	expect(database.forgetful).toBe(true);
});

test('what must be on the disk is refused where there is none, and the rest goes on in memory', async () => {
	const database = tab(nameOf(), blocked);
	await expect(database.onDisk.transact(async () => 1)).rejects.toThrow('blocked');
	expect(database.forgetful).toBe(false);
	expect(await database.transact(async () => 1)).toBe(1);
	expect(database.forgetful).toBe(true);
	await expect(database.onDisk.transact(async () => 1)).rejects.toThrow('not on the disk');
});
