/**
 * What this device keeps beyond a tab: IndexedDB `epr1` (docs/PROTOCOL.md §15). Where the browser has none, or takes it away, the
 * same things are kept in memory until the page goes. What is private stands there sealed: `sealed.ts`.
 */

export const databaseName = 'epr1';
/** Counts up with every change of the stores: `upgrade` makes of any older one what this version needs. */
export const databaseVersion = 1;

export const storeNames = ['keys', 'tokens', 'account', 'facts'] as const;
export type StoreName = (typeof storeNames)[number];
/** Stands on the disk in clear: nothing private in it. */
export type Key = readonly (string | number)[];
export type Entry = { readonly key: Key; readonly value: unknown };

export type Transaction = {
	get(store: StoreName, key: Key): Promise<unknown>;
	entries(store: StoreName): Promise<readonly Entry[]>;
	put(store: StoreName, key: Key, value: unknown): void;
	remove(store: StoreName, key: Key): void;
};

export interface Database {
	/** All of it happens, or nothing; no other tab comes between. `run` may wait for nothing but the transaction itself. */
	transact<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value>;
}

/** Each version's stores beside those of the one before it. Later versions add their step at the end. */
function upgrade(database: IDBDatabase, from: number): void {
	if (from < 1) for (const name of storeNames) database.createObjectStore(name);
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
		// A tab with an older page keeps the older version open; it is told and closes.
		request.onsuccess = () => {
			const database = request.result;
			// Another tab erases this device or has a newer page: whoever writes here afterwards does so in memory.
			database.onversionchange = () => database.close();
			resolve(database);
		};
	});
}

/** What stands here was written with such keys; `Array.isArray` alone would call it `any[]`. */
function toKey(key: IDBValidKey): Key {
	return Array.isArray(key) ? key.filter((part) => typeof part === 'string' || typeof part === 'number') : [];
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

	async transact<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value> {
		const transaction = this.#database.transaction(storeNames, 'readwrite');
		const done = new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = () => reject(transaction.error ?? new Error('database: given up'));
		});
		const at = (store: StoreName) => transaction.objectStore(store);
		try {
			const value = await run({
				get: (store, key) => answered(at(store).get([...key])),
				entries: async (store) => {
					const [keys, values] = await Promise.all([answered(at(store).getAllKeys()), answered(at(store).getAll())]);
					return keys.map((key, index) => ({ key: toKey(key), value: values[index] as unknown }));
				},
				put: (store, key, held) => void at(store).put(held, [...key]),
				remove: (store, key) => void at(store).delete([...key])
			});
			await done;
			return value;
		} catch (error) {
			done.catch(() => undefined);
			giveUp(transaction);
			throw error;
		}
	}

	close(): void {
		this.#database.close();
	}
}

/** Until the page goes. One transaction after the other; what fails leaves nothing behind. */
export class MemoryDatabase implements Database {
	#held = new Map<string, Entry>();
	#turn: Promise<unknown> = Promise.resolve();

	transact<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value> {
		const result = this.#turn.then(() => this.#run(run));
		this.#turn = result.catch(() => undefined);
		return result;
	}

	async #run<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value> {
		const held = new Map(this.#held);
		const place = (store: StoreName, key: Key) => `${store}/${JSON.stringify(key)}`;
		const value = await run({
			get: async (store, key) => held.get(place(store, key))?.value,
			entries: async (store) => [...held].filter(([at]) => at.startsWith(`${store}/`)).map(([, entry]) => entry),
			put: (store, key, put) => void held.set(place(store, key), { key, value: put }),
			remove: (store, key) => void held.delete(place(store, key))
		});
		this.#held = held;
		return value;
	}
}

async function copyTo(to: Database, from: Database): Promise<void> {
	const all = await from.transact((transaction) =>
		Promise.all(storeNames.map(async (store) => ({ store, entries: await transaction.entries(store) })))
	);
	await to.transact(async (transaction) => {
		for (const { store, entries } of all) for (const { key, value } of entries) transaction.put(store, key, value);
	});
}

/** On the disk as long as that works, in memory from then on. */
export class DeviceDatabase implements Database {
	readonly #factory: () => IDBFactory;
	readonly #name: string;
	#disk: Promise<DiskDatabase | null> | null = null;
	#memory: MemoryDatabase | null = null;

	/** `factory` may throw: with storage blocked, even reading `window.indexedDB` does in some browsers. */
	constructor(factory: () => IDBFactory = () => indexedDB, name: string = databaseName) {
		this.#factory = factory;
		this.#name = name;
	}

	async transact<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value> {
		const disk = this.#memory === null ? await (this.#disk ??= this.#open()) : null;
		if (disk === null || this.#memory !== null) return this.#inMemory().transact(run);
		try {
			return await disk.transact(run);
		} catch {
			// Full, or closed by another tab's doing: what can still be read of it goes along.
			if (this.#memory === null) await copyTo(this.#inMemory(), disk).catch(() => undefined);
			return this.#inMemory().transact(run);
		}
	}

	/** Nothing is read from the disk or written to it any more by this page. */
	abandon(): void {
		this.#memory = new MemoryDatabase();
		void this.#disk?.then((disk) => disk?.close());
		this.#disk = null;
	}

	/** The key goes first: without it everything else is noise, even where a disk keeps what was deleted. */
	async erase(): Promise<void> {
		const disk = this.#memory === null ? await (this.#disk ?? this.#open()) : null;
		this.abandon();
		if (disk !== null) {
			for (const store of storeNames) await empty(disk, store).catch(() => undefined);
			disk.close();
		}
		await remove(this.#factory, this.#name);
	}

	#inMemory(): MemoryDatabase {
		return (this.#memory ??= new MemoryDatabase());
	}

	/** `null` where the browser keeps nothing. */
	async #open(): Promise<DiskDatabase | null> {
		try {
			return new DiskDatabase(await openOnDisk(this.#factory(), this.#name));
		} catch {
			return null;
		}
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
