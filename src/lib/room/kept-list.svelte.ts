/** The rooms that stay on this device, for the lists on the screen: docs/PROTOCOL.md §15. */
import { fromHex } from '#protocol/bytes';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { forgetKept, readDrafts, readKeptRoom, updateKept } from '../storage/kept.ts';
import type { KeptSummary } from '../vault/calls.ts';
import { readFound } from './kept-read.ts';
import { hearKept, sayKept } from './kept-word.ts';
import { askVault } from './page-vault.ts';

export type KeptListed = Omit<KeptSummary, 'lastRead'> & {
	readonly localId: string;
	/** Messages that came since it was last read, as far as the server was asked. */
	readonly unread: number;
};

/** Messages that were erased, unsent, with a room that has ended. */
export type Lost = { readonly name: string; readonly count: number };

class KeptList {
	#rooms = $state.raw<readonly KeptListed[] | null>(null);
	#lost = $state.raw<readonly Lost[]>([]);
	readonly #unread = new Map<string, number>();

	/** What is new comes first, then what ends first; `null` until it was read. */
	get rooms(): readonly KeptListed[] | null {
		return this.#rooms;
	}

	get lost(): readonly Lost[] {
		return this.#lost;
	}

	/** The person has been told. */
	told(): void {
		this.#lost = [];
	}

	/** Before anything is shown, those whose end has passed go, whatever the server says. Where nothing is kept there are none. */
	async read(): Promise<void> {
		const found = await readFound(device.onDisk, askVault).catch(() => []);
		const now = Date.now();
		const listed: KeptListed[] = [];
		for (const { localId, room } of found) {
			const drafts = (await readDrafts(device.onDisk, localId)).length;
			const unsent = drafts + (room?.unsent ?? 0);
			if (room !== null && room.endsAt > now) listed.push({ ...room, localId, unsent, unread: this.#unread.get(localId) ?? 0 });
			// Ended, or of another device, or damaged: nobody can read it any more.
			else await this.ended(localId, { name: room?.name ?? '', count: unsent });
		}
		this.#show(listed);
	}

	/** It is over: all of it goes, and with it what waited to be sent. */
	async ended(localId: string, lost: Lost): Promise<void> {
		await this.forget(localId);
		if (lost.count > 0) this.#lost = [...this.#lost, lost];
	}

	/** The server was asked. */
	count(localId: string, unread: number): void {
		if (this.#unread.get(localId) === unread) return;
		this.#unread.set(localId, unread);
		if (this.#rooms !== null) this.#show(this.#rooms.map((room) => (room.localId === localId ? { ...room, unread } : room)));
	}

	/** On this device alone. */
	async rename(localId: string, name: string): Promise<void> {
		const held = await readKeptRoom(device.onDisk, localId);
		if (held === null) return this.read();
		const place = { deviceKey: await deviceKey(device.onDisk), localId: fromHex(localId) };
		const { sealed } = await askVault.call('renameKept', { ...place, sealed: held, name });
		if (sealed !== null) await updateKept(device.onDisk, { localId, sealed: new Uint8Array(sealed) });
		sayKept({ is: 'changed' });
		await this.read();
	}

	async forget(localId: string): Promise<void> {
		await forgetKept(device.onDisk, localId);
		this.#unread.delete(localId);
		sayKept({ is: 'changed' });
		if (this.#rooms !== null) this.#show(this.#rooms.filter((room) => room.localId !== localId));
	}

	async forgetAll(): Promise<void> {
		for (const { localId } of this.#rooms ?? []) await this.forget(localId);
	}

	/** What other tabs do to them. Returns the function that ends it. */
	watch(): () => void {
		return hearKept((word) => {
			if (word.is === 'unread') this.count(word.localId, word.unread);
			else if (word.is === 'changed') this.read().catch(reportError);
		});
	}

	#show(rooms: readonly KeptListed[]): void {
		this.#rooms = rooms.toSorted((one, other) => Number(other.unread > 0) - Number(one.unread > 0) || one.endsAt - other.endsAt);
	}
}

export const keptList = new KeptList();
