/** Web storage that may be blocked, full, gone or unwanted: what isn't written there lives in memory until the page goes. */

export type SafeStorage = {
	get(key: string): string | null;
	set(key: string, value: string): void;
	remove(key: string): void;
	/** Removes every key that begins so. */
	clear(prefix: string): void;
	/** What begins so is written anew: to where it belongs now. */
	settle(prefix: string): void;
};

/**
 * `open` may throw: with storage blocked, even reading `window.sessionStorage` does. `mayWrite`: whether a key is wanted there; one
 * that isn't lives in memory.
 */
export function safeStorage(open: () => Storage, mayWrite: (key: string) => boolean = () => true): SafeStorage {
	const memory = new Map<string, string>();
	const attempt = <Value>(use: (storage: Storage) => Value): Value | null => {
		try {
			return use(open());
		} catch {
			// Blocked or full; the memory beside it serves.
			return null;
		}
	};
	const write = (key: string, value: string) =>
		attempt((storage) => {
			storage.setItem(key, value);
			return true;
		});
	const get = (key: string) => memory.get(key) ?? attempt((storage) => storage.getItem(key));
	const remove = (key: string) => {
		memory.delete(key);
		attempt((storage) => storage.removeItem(key));
	};
	const set = (key: string, value: string) => {
		if (mayWrite(key) && write(key, value) === true) {
			memory.delete(key);
			return;
		}
		// What stands there is older: the next page must not find it.
		remove(key);
		memory.set(key, value);
	};
	const beginningWith = (prefix: string) =>
		[...memory.keys(), ...(attempt((storage) => Object.keys(storage)) ?? [])].filter((key) => key.startsWith(prefix));
	return {
		get,
		set,
		remove,
		clear: (prefix) => beginningWith(prefix).forEach(remove),
		settle: (prefix) => {
			for (const key of beginningWith(prefix)) set(key, get(key) ?? '');
		}
	};
}
