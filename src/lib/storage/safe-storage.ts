/** Web storage that may be blocked, full or gone: what can't be written there lives in memory until the page goes. */

export type SafeStorage = {
	get(key: string): string | null;
	set(key: string, value: string): void;
	remove(key: string): void;
	/** Removes every key that begins so. */
	clear(prefix: string): void;
};

/** `open` may throw: with storage blocked, even reading `window.sessionStorage` does. */
export function safeStorage(open: () => Storage): SafeStorage {
	const memory = new Map<string, string>();
	const attempt = <Value>(use: (storage: Storage) => Value): Value | null => {
		try {
			return use(open());
		} catch {
			// Blocked or full; the memory beside it serves.
			return null;
		}
	};
	return {
		get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)),
		set: (key, value) => {
			const written = attempt((storage) => {
				storage.setItem(key, value);
				return true;
			});
			if (written === true) memory.delete(key);
			else memory.set(key, value);
		},
		remove: (key) => {
			memory.delete(key);
			attempt((storage) => storage.removeItem(key));
		},
		clear: (prefix) => {
			for (const key of [...memory.keys()]) if (key.startsWith(prefix)) memory.delete(key);
			attempt((storage) => {
				for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
			});
		}
	};
}
