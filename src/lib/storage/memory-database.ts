/** What stands in for the database where there is none, or none any more. */
import type { Database, Entry, Reading, StoreName, Transaction } from './database.ts';
import { compareKeys, isUnder } from './keys.ts';
import type { Key } from './keys.ts';

/** Until the page goes. One transaction after the other; what fails leaves nothing behind. */
export class MemoryDatabase implements Database {
	#held = new Map<string, Entry>();
	#turn: Promise<unknown> = Promise.resolve();

	transact<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value> {
		const result = this.#turn.then(() => this.#run(run));
		this.#turn = result.catch(() => undefined);
		return result;
	}

	read<Value>(run: (reading: Reading) => Promise<Value>): Promise<Value> {
		return this.transact(run);
	}

	async #run<Value>(run: (transaction: Transaction) => Promise<Value>): Promise<Value> {
		const held = new Map(this.#held);
		const place = (store: StoreName, key: Key) => `${store}/${JSON.stringify(key)}`;
		const value = await run({
			get: async (store, key) => held.get(place(store, key))?.value,
			entries: async (store) => [...held].filter(([at]) => at.startsWith(`${store}/`)).map(([, entry]) => entry),
			keysUnder: async (store, prefix) =>
				[...held]
					.filter(([at, { key }]) => at.startsWith(`${store}/`) && isUnder(key, prefix))
					.map(([, { key }]) => key)
					.toSorted(compareKeys),
			valuesBetween: async (store, from, to) =>
				[...held]
					.filter(([at, { key }]) => at.startsWith(`${store}/`) && compareKeys(from, key) <= 0 && compareKeys(key, to) <= 0)
					.toSorted(([, one], [, other]) => compareKeys(one.key, other.key))
					.map(([, { value }]) => value),
			put: (store, key, put) => void held.set(place(store, key), { key, value: put }),
			remove: (store, key) => void held.delete(place(store, key)),
			removeUnder: (store, prefix) => {
				for (const [at, { key }] of held) if (at.startsWith(`${store}/`) && isUnder(key, prefix)) held.delete(at);
			}
		});
		this.#held = held;
		return value;
	}
}
