/** The page's one vault: the key worker begins with the first call, and goes with `endVault`. */
import { createVault } from '../vault/vault.ts';
import type { KeyRef } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';

let held: Vault | null = null;

export function pageVault(): Vault {
	// One whose script didn't come holds no key: the next call asks for it again.
	if (held === null || held.ended) held = createVault();
	return held;
}

/** Whichever vault the page has when it is asked: for what outlives a room. */
export const askVault: Pick<Vault, 'call'> = { call: (name, args) => pageVault().call(name, args) };

/** A room that one is no longer in. A vault that has ended meanwhile holds nothing any more. */
export async function forgetKey(vault: Pick<Vault, 'call'>, key: KeyRef): Promise<void> {
	await vault.call('forget', { key }).catch(() => undefined);
}

export function endVault(): void {
	held?.terminate();
	held = null;
}
