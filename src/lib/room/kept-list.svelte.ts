/** The rooms that stay on this device, for the lists on the screen: docs/PROTOCOL.md §15. */
import { fromHex } from '#protocol/bytes';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { claimIdentity, isIdentityFree } from '../storage/identity-lock.ts';
import { forgetKept, readDrafts, readKeptRoom, updateKept } from '../storage/kept.ts';
import { dropKept } from '../storage/session-record.ts';
import type { KeptSummary } from '../vault/calls.ts';
import { readFound } from './kept-read.ts';
import { hearKept, sayEntering, sayKept } from './kept-word.ts';
import type { Lost } from './kept-word.ts';
import { tellTabs } from './page-tabs.ts';
import { askVault } from './page-vault.ts';
import { mayKeep } from './support.ts';

export type KeptListed = Omit<KeptSummary, 'lastRead'> & {
	readonly localId: string;
	/** Messages that came since it was last read, as far as the server was asked. */
	readonly unread: number;
};

/** A clock may be set, and a device may sleep: so often is looked whether one has ended. */
const lookMs = 60_000;

async function renameHere(localId: string, name: string): Promise<void> {
	const held = await readKeptRoom(device.onDisk, localId);
	if (held === null) return;
	const place = { deviceKey: await deviceKey(device.onDisk), localId: fromHex(localId) };
	const { sealed } = await askVault.call('renameKept', { ...place, sealed: held, name });
	if (sealed !== null) await updateKept(device.onDisk, { localId, sealed: new Uint8Array(sealed) });
}

class KeptList {
	#rooms = $state.raw<readonly KeptListed[] | null>(null);
	#failed = $state(false);
	#round = 0;
	#lost = $state.raw<readonly Lost[]>([]);
	readonly #unread = new Map<string, number>();
	#looking: ReturnType<typeof setTimeout> | undefined;

	/** What is new comes first, then what ends first; `null` until it was read. */
	get rooms(): readonly KeptListed[] | null {
		return this.#rooms;
	}

	get lost(): readonly Lost[] {
		return this.#lost;
	}

	/** The person has been told of the first. */
	told(): void {
		this.#lost = this.#lost.slice(1);
	}

	/** The disk did not answer: there may be rooms that are not shown. */
	get failed(): boolean {
		return this.#failed;
	}

	/** Before anything is shown, those whose end has passed go, whatever the server says. */
	async read(): Promise<void> {
		const round = ++this.#round;
		try {
			await this.#readAll();
			this.#failed = false;
		} catch {
			// Where there is no database there is nothing that can't be read.
			const failed = await mayKeep(() => indexedDB, false);
			// A later one knows better.
			if (round === this.#round) this.#failed = failed;
		}
	}

	async #readAll(): Promise<void> {
		const found = await readFound(device.onDisk, askVault);
		const now = Date.now();
		const listed: KeptListed[] = [];
		for (const { localId, room } of found) {
			// Ended, or of another device, or damaged: nobody can read it any more.
			if (room === null || room.endsAt <= now) {
				await this.over(localId, { name: room?.name ?? null, sealed: room?.unsent ?? 0 });
				continue;
			}
			const unsent = room.unsent + (await readDrafts(device.onDisk, localId)).length;
			listed.push({ ...room, localId, unsent, unread: this.#unread.get(localId) ?? 0 });
		}
		this.#show(listed);
	}

	/** Its end has passed, or it can't be read. `sealed`: envelopes that its record held. */
	async over(localId: string, { name, sealed }: { readonly name: Lost['name']; readonly sealed: number }): Promise<void> {
		const drafts = (await readDrafts(device.onDisk, localId)).length;
		await this.ended(localId, { name, count: sealed + drafts });
	}

	/** It is over: all of it goes, and with it what waited to be sent, which whoever has the app open is told. */
	async ended(localId: string, lost: Lost): Promise<void> {
		await this.#drop(localId);
		if (lost.count === 0) return;
		this.#lost = [...this.#lost, lost];
		sayKept({ is: 'lost', lost });
	}

	/** The server was asked. */
	count(localId: string, unread: number): void {
		if (this.#unread.get(localId) === unread) return;
		this.#unread.set(localId, unread);
		if (this.#rooms !== null) this.#show(this.#rooms.map((room) => (room.localId === localId ? { ...room, unread } : room)));
	}

	/** On this device alone. */
	async rename({ localId, storageKey }: KeptListed, name: string): Promise<void> {
		// Whoever speaks in it for nobody stops.
		sayEntering(localId);
		const lock = await claimIdentity(storageKey);
		// The record holds numbers that are never to be had twice: whoever speaks in the room writes it.
		if (lock === null) return tellTabs(localId, { is: 'renamed', name });
		try {
			await renameHere(localId, name);
		} finally {
			lock();
		}
		sayKept({ is: 'changed' });
		await this.read();
	}

	/** On the person's word. A tab that is in it leaves it, and nothing of it is sent any more. */
	async forget(localId: string): Promise<void> {
		sayEntering(localId);
		tellTabs(localId, { is: 'leave' });
		dropKept(localId);
		await this.#drop(localId);
	}

	async #drop(localId: string): Promise<void> {
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
			else if (word.is === 'lost') this.#lost = [...this.#lost, word.lost];
			else if (word.is === 'changed') this.read().catch(reportError);
		});
	}

	#show(rooms: readonly KeptListed[]): void {
		this.#rooms = rooms.toSorted((one, other) => Number(other.unread > 0) - Number(one.unread > 0) || one.endsAt - other.endsAt);
		this.#lookLater();
	}

	/** Whatever the network does, the list takes away what ends while it stands. */
	#lookLater(): void {
		clearTimeout(this.#looking);
		const ends = (this.#rooms ?? []).map(({ endsAt }) => endsAt);
		if (ends.length === 0) return;
		const leftMs = Math.min(...ends) - Date.now();
		this.#looking = setTimeout(() => this.#look().catch(reportError), leftMs > 0 ? Math.min(lookMs, leftMs) : lookMs);
	}

	async #look(): Promise<void> {
		const over = (this.#rooms ?? []).filter(({ endsAt }) => endsAt <= Date.now());
		// Whoever is in one ends it, and asks the server first when a clock has jumped.
		const free = await Promise.all(over.map(({ storageKey }) => isIdentityFree(storageKey)));
		if (free.includes(true)) await this.read();
		this.#lookLater();
	}
}

export const keptList = new KeptList();
