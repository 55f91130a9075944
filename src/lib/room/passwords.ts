/** Words for a password and an honest word about one, both from the vault's lists. */
import type { Strength } from '../vault/calls.ts';
import { pageVault } from './page-vault.ts';

export type { Strength, StrengthLevel } from '../vault/calls.ts';

/** Four words joined by dashes. */
export async function newWords(): Promise<string> {
	const { password } = await pageVault().call('words', {});
	return password;
}

export function passwordStrength(password: string): Promise<Strength> {
	return pageVault().call('strength', { password });
}
