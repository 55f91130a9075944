/** The rooms that stay on this device, as far as they can be told without going in: docs/PROTOCOL.md §15. */
import { fromHex } from '#protocol/bytes';
import type { Database } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { readKept } from '../storage/kept.ts';
import type { KeptSummary } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import { settings } from './settings.svelte.ts';

/** `room` is `null` for what can't be read: of another device, damaged. */
export type KeptFound = { readonly localId: string; readonly room: KeptSummary | null };

/** Rejects where the browser keeps nothing. */
export async function readFound(database: Database, vault: Pick<Vault, 'call'>): Promise<readonly KeptFound[]> {
	const entries = await readKept(database);
	if (entries.length === 0) return [];
	const asked = entries.map(({ localId, sealed }) => ({ localId: fromHex(localId), sealed }));
	const { rooms } = await vault.call('listKept', { deviceKey: await deviceKey(database), entries: asked });
	return entries.map(({ localId }, index) => ({ localId, room: rooms[index] ?? null }));
}

/** `canKeep`: the browser has a disk for it, and others don't use it. `localId`: of the kept room with this key, `null` for none. */
export async function findKept(
	database: Database,
	vault: Pick<Vault, 'call'>,
	storageKey: string
): Promise<{ readonly canKeep: boolean; readonly localId: string | null }> {
	try {
		const found = await readFound(database, vault);
		const localId = found.find(({ room }) => room?.storageKey === storageKey)?.localId ?? null;
		// Without locks two tabs that can't tell who speaks would speak at once.
		return { canKeep: 'locks' in navigator && !settings.sharedComputer, localId };
	} catch {
		// A private window, or storage is blocked: the gate says so.
		return { canKeep: false, localId: null };
	}
}
