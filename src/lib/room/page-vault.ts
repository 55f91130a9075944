/** The page's one vault: the key worker begins with the first call, and goes with `endVault`. */
import { createVault } from '../vault/vault.ts';
import type { Vault } from '../vault/vault.ts';

let held: Vault | null = null;

export function pageVault(): Vault {
	held ??= createVault();
	return held;
}

export function endVault(): void {
	held?.terminate();
	held = null;
}
