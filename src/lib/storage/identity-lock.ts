/** One tab, one identity: a tab that was duplicated must not speak with the other's key (docs/PROTOCOL.md §15). */

/** A reload gives its lock back late. */
const waitMs = 1000;

/** Whether no other tab speaks with this identity. */
export async function isIdentityFree(storageKey: string): Promise<boolean> {
	const release = await claimIdentity(storageKey);
	release?.();
	return release !== null;
}

/** Resolves with the function that gives the lock back, or `null` when another tab has it for longer than a second. */
export function claimIdentity(storageKey: string): Promise<(() => void) | null> {
	// Without the API nobody can tell who else is there.
	if (!('locks' in navigator)) return Promise.resolve(null);
	const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
	return new Promise((resolve) => {
		const hold = (): Promise<undefined> => {
			resolve(() => release(undefined));
			return held;
		};
		navigator.locks.request(storageKey, { signal: AbortSignal.timeout(waitMs) }, hold).catch(() => resolve(null));
	});
}
