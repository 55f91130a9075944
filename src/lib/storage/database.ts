/**
 * What this device keeps beyond a tab: IndexedDB `epr1` (docs/PROTOCOL.md §15). Where the browser has none, or takes it away, the
 * same things are kept in memory until the page goes. What is private stands there sealed: `sealed.ts`.
 */
import { databaseName } from './database-name.ts';
import { toKey, under } from './keys.ts';
import type { Key } from './keys.ts';
import { MemoryDatabase } from './memory-database.ts';

export type { Key } from './keys.ts';

/** Counts up with every change of the stores: `upgrade` makes of any older one what this version needs. */
export const databaseVersion = 2;

/** By the version that brought them. */
const stores = [
	['keys', 'tokens', 'account', 'facts'],
	['kept', 'cache', 'outbox']
] as const;
export const storeNames = stores.flat();
export type StoreName = (typeof stores)[number][number];
export type Entry = { readonly key: Key; readonly value: unknown };

export type Reading = {
	get(store: StoreName, key: Key): Promise<unknown>;
	entries(store: StoreName): Promise<readonly Entry[]>;
	/** Keys that begin with these parts, ascending. */
	keysUnder(store: StoreName, prefix: Key): Promise<readonly Key[]>;
	/** Of all keys from one to another, both included, ascending. */
	valuesBetween(store: StoreName, from: Key, to: Key): Promise<readonly unknown[]>;
};

export type Transaction = Reading & {
	put(store: StoreName, key: Key, value: unknown): void;
	remove(store: StoreName, key: Key): void;
	/** Every key that begins with these parts. */
	removeUnder(store: StoreName, prefix: Key): void;
};

/** `strict`: it lies on the disk itself when it is done, and outlives the machine's own end. */
export type Durability = 'strict' | 'default';

export interface Database {
	/** All of it happens, or nothing; no other tab comes between. `run` may wait for nothing but the transaction itself. */
	transact<Value>(run: (transaction: Transaction) => Promise<Value>, durability?: Durability): Promise<Value>;
	/** All of it as it stood at one moment. Waits for nobody who only reads. */
	read<Value>(run: (reading: Reading) => Promise<Value>): Promise<Value>;
}

/** Longer than any tab with an older page takes to let go of the database. */
const openMs = 10_000;

/** Each version's stores beside those of the one before it. */
function upgrade(database: IDBDatabase, from: number): void {
	for (const name of stores.slice(from).flat()) database.createObjectStore(name);
}

function answered<Value>(request: IDBRequest<Value>): Promise<Value> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('database: no answer'));
	});
}

function openOnDisk(factory: IDBFactory, name: string): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = factory.open(name, databaseVersion);
		request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
		request.onerror = () => reject(request.error ?? new Error('database: not opened'));
		// A tab with an older page keeps the older version open; it is told and closes, unless it is frozen.
		let isLate = false;
		const tooLong = setTimeout(() => {
			isLate = true;
			reject(new Error('database: not opened in time'));
		}, openMs);
		request.onsuccess = () => {
			clearTimeout(tooLong);
			// Held open by nobody, it would stand in the way of erasing.
			if (isLate) request.result.close();
			resolve(request.result);
		};
	});
}

/** What it has done so far is undone, if it is not over already. */
function giveUp(transaction: IDBTransaction): void {
	try {
		transaction.abort();
	} catch {
		// It has ended by itself.
	}
}

class DiskDatabase implements Database {
	readonly #database: IDBDatabase;

	constructor(database: IDBDatabase) {
		this.#database = database;
	}

	async transact<Value>(run: (transaction: Transaction) => Promise<Value>, durability: Durability = 'default'): Promise<Value> {
		const transaction = this.#database.transaction(storeNames, 'readwrite', { durability });
		const done = new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = () => reject(transaction.error ?? new Error('database: given up'));
		});
		const at = (store: StoreName) => transaction.objectStore(store);
		try {
			const value = await run({
				...readingOf(transaction),
				put: (store, key, held) => void at(store).put(held, [...key]),
				remove: (store, key) => void at(store).delete([...key]),
				removeUnder: (store, prefix) => void at(store).delete(under(prefix))
			});
			await done;
			return value;
		} catch (error) {
			done.catch(() => undefined);
			giveUp(transaction);
			throw error;
		}
	}

	async read<Value>(run: (reading: Reading) => Promise<Value>): Promise<Value> {
		return run(readingOf(this.#database.transaction(storeNames, 'readonly')));
	}

	close(): void {
		this.#database.close();
	}
}

function readingOf(transaction: IDBTransaction): Reading {
	const at = (store: StoreName) => transaction.objectStore(store);
	return {
		get: (store, key) => answered(at(store).get([...key])),
		entries: async (store) => {
			const [keys, values] = await Promise.all([answered(at(store).getAllKeys()), answered(at(store).getAll())]);
			return keys.map((key, index) => ({ key: toKey(key), value: values[index] as unknown }));
		},
		keysUnder: async (store, prefix) => (await answered(at(store).getAllKeys(under(prefix)))).map(toKey),
		valuesBetween: (store, from, to) => answered<unknown[]>(at(store).getAll(IDBKeyRange.bound([...from], [...to])))
	};
}

async function copyTo(to: Database, from: Database): Promise<void> {
	const all = await from.read((transaction) =>
		Promise.all(storeNames.map(async (store) => ({ store, entries: await transaction.entries(store) })))
	);
	await to.transact(async (transaction) => {
		for (const { store, entries } of all) for (const { key, value } of entries) transaction.put(store, key, value);
	});
}

/** What can still be read of the disk goes along. */
async function takeAlong(disk: Database | null): Promise<MemoryDatabase> {
	const memory = new MemoryDatabase();
	if (disk !== null) await copyTo(memory, disk).catch(() => undefined);
	return memory;
}

/** On the disk as long as that works, in memory from then on. */
export class DeviceDatabase implements Database {
	/**
	 * The same without the memory, for what is shown as kept: rejects where the disk takes no more, and where there is none. The
	 * others go on.
	 */
	readonly onDisk: Database = {
		transact: (run, durability) => this.#onDisk((disk) => disk.transact(run, durability)),
		read: (run) => this.#onDisk((disk) => disk.read(run))
	};
	readonly #factory: () => IDBFactory;
	readonly #name: string;
	#disk: Promise<DiskDatabase> | null = null;
	#memory: Promise<MemoryDatabase> | null = null;

	/** `factory` may throw: with storage blocked, even reading `window.indexedDB` does in some browsers. */
	constructor(factory: () => IDBFactory = () => indexedDB, name: string = databaseName) {
		this.#factory = factory;
		this.#name = name;
	}

	/** Known after the first transaction: what this page keeps from now on goes with it. */
	get forgetful(): boolean {
		return this.#memory !== null;
	}

	/** `run` may be begun anew; of a try that failed nothing is left. */
	transact<Value>(run: (transaction: Transaction) => Promise<Value>, durability?: Durability): Promise<Value> {
		return this.#anywhere((database) => database.transact(run, durability));
	}

	read<Value>(run: (reading: Reading) => Promise<Value>): Promise<Value> {
		return this.#anywhere((database) => database.read(run));
	}

	async #anywhere<Value>(use: (database: Database) => Promise<Value>): Promise<Value> {
		try {
			return await this.#onDisk(use);
		} catch {
			const disk = await this.#disk?.catch(() => null);
			return use(await (this.#memory ??= takeAlong(disk ?? null)));
		}
	}

	/** Browsers end connections, of a page that slept or a site whose data was cleared. Another one may live. */
	async #onDisk<Value>(use: (disk: Database) => Promise<Value>): Promise<Value> {
		for (let tries = 2; this.#memory === null; tries--) {
			const opening = (this.#disk ??= this.#open());
			try {
				return await use(await opening);
			} catch (error) {
				if (tries === 1) throw error;
				this.#leave(opening);
			}
		}
		throw new Error('database: not on the disk');
	}

	/** Nothing is read from the disk or written to it any more by this page. */
	abandon(): void {
		this.#memory = takeAlong(null);
		if (this.#disk !== null) this.#leave(this.#disk);
	}

	/** The key goes first: without it everything else is noise, even where a disk keeps what was deleted. */
	async erase(): Promise<void> {
		const opening = this.#memory === null ? (this.#disk ?? this.#open()) : null;
		const disk = opening && (await opening.catch(() => null));
		this.#disk = null;
		this.abandon();
		if (disk !== null) {
			for (const store of storeNames) await empty(disk, store).catch(() => undefined);
			disk.close();
		}
		await remove(this.#factory, this.#name);
	}

	#leave(opening: Promise<DiskDatabase>): void {
		if (this.#disk === opening) this.#disk = null;
		// One that never opened needs no closing.
		opening.then((disk) => disk.close()).catch(() => undefined);
	}

	async #open(): Promise<DiskDatabase> {
		const database = await openOnDisk(this.#factory(), this.#name);
		database.onversionchange = ({ newVersion }) => {
			// Another tab erases this device: what this page keeps is not to make the database anew.
			if (newVersion === null) this.abandon();
			// Or has a newer page, whose database this one can't open.
			database.close();
		};
		return new DiskDatabase(database);
	}
}

function empty(database: Database, store: StoreName): Promise<void> {
	return database.transact(async (transaction) => {
		for (const { key } of await transaction.entries(store)) transaction.remove(store, key);
	});
}

/** Resolves when it is gone, or will be with the last tab that still has it open: it is empty by then. */
async function remove(factory: () => IDBFactory, name: string): Promise<void> {
	let request: IDBOpenDBRequest;
	try {
		request = factory().deleteDatabase(name);
	} catch {
		// Where there is no storage, nothing is stored.
		return;
	}
	await new Promise<void>((resolve, reject) => {
		request.onsuccess = () => resolve();
		request.onblocked = () => resolve();
		request.onerror = () => reject(request.error ?? new Error('database: not deleted'));
	});
}

export const device = new DeviceDatabase();
