/** The rooms that stay on this device, for the lists on the screen: docs/PROTOCOL.md §15. */
import { fromHex } from '#protocol/bytes';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { forgetKept, readDrafts, readKept, readKeptRoom, updateKept } from '../storage/kept.ts';
import type { KeptSummary } from '../vault/calls.ts';
import { askVault } from './page-vault.ts';

export type KeptListed = Pick<KeptSummary, 'name' | 'mode' | 'endsAt' | 'startedAt' | 'asks' | 'unsent'> & {
	readonly localId: string;
};

class KeptList {
	#rooms = $state.raw<readonly KeptListed[] | null>(null);

	/** Those that end last come last; `null` until it was read. */
	get rooms(): readonly KeptListed[] | null {
		return this.#rooms;
	}

	/** Before anything is shown, those whose end has passed go, whatever the server says. */
	async read(): Promise<void> {
		const entries = await readKept(device);
		if (entries.length === 0) {
			this.#rooms = [];
			return;
		}
		const asked = entries.map(({ localId, sealed }) => ({ localId: fromHex(localId), sealed }));
		const { rooms } = await askVault.call('listKept', { deviceKey: await deviceKey(device), entries: asked });
		const now = Date.now();
		const listed: KeptListed[] = [];
		for (const [index, { localId }] of entries.entries()) {
			const room = rooms[index];
			// Of another device, or damaged: nobody can read it any more.
			if (!room || room.endsAt <= now) await forgetKept(device, localId);
			else listed.push({ ...room, localId, unsent: room.unsent + (await readDrafts(device, localId)).length });
		}
		this.#rooms = listed.sort((one, other) => one.endsAt - other.endsAt);
	}

	/** On this device alone. */
	async rename(localId: string, name: string): Promise<void> {
		const held = await readKeptRoom(device, localId);
		if (held === null) return this.read();
		const place = { deviceKey: await deviceKey(device), localId: fromHex(localId) };
		const { sealed } = await askVault.call('renameKept', { ...place, sealed: held, name });
		if (sealed !== null) await updateKept(device, { localId, sealed: new Uint8Array(sealed) });
		await this.read();
	}

	async forget(localId: string): Promise<void> {
		await forgetKept(device, localId);
		this.#rooms = this.#rooms?.filter((room) => room.localId !== localId) ?? null;
	}

	async forgetAll(): Promise<void> {
		for (const { localId } of this.#rooms ?? []) await this.forget(localId);
	}
}

export const keptList = new KeptList();
