/**
 * Looks after the rooms that stay on this device while nobody is in them: sends what waits, and asks what is new. Only those that
 * open without asking for their password (docs/PROTOCOL.md §15).
 */
import { formatLink } from '#protocol/invite';
import { ApiFailure } from '../api/failure.ts';
import { device } from '../storage/database.ts';
import { claimIdentity } from '../storage/identity-lock.ts';
import { readDrafts } from '../storage/kept.ts';
import type { Kept } from '../vault/calls.ts';
import { VaultError } from '../vault/vault-error.ts';
import { current } from './current.svelte.ts';
import { openKept } from './enter-kept.ts';
import { portsOf } from './enter.ts';
import { keptList } from './kept-list.svelte.ts';
import type { KeptListed } from './kept-list.svelte.ts';
import { reopen } from './kept.ts';
import { hearKept, sayKept } from './kept-word.ts';
import { drawSecurely } from './draw.ts';
import { pageServer } from './page-server.ts';
import { pageClock, pageSigns, restOffline } from './page-signs.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import { rememberedRoom } from './remembered.ts';
import { RoomError } from './view.ts';
import { countUnread, sendWaiting } from './visit.ts';

/** One tab does it for all. */
const watchLock = 'epr1.watch';
/** Between two rooms: asked for all at once they would be known to belong together. */
const betweenMs = { least: 1000, most: 20_000 };
const roundMs = { least: 60_000, most: 180_000 };
/** What is not through by then waits for the next time. */
const sendMs = 60_000;

function drawBetween({ least, most }: { readonly least: number; readonly most: number }): number {
	return least + drawSecurely(most - least);
}

/** The room that this tab is in looks after itself. */
function others(): readonly KeptListed[] {
	const here = current.room === null ? null : rememberedRoom();
	return (keptList.rooms ?? []).filter(({ localId, asks }) => !asks && localId !== here);
}

/** Away, too slow, forgotten meanwhile, or this page is about to go: it is asked again the next time. */
function isPassing(error: unknown): boolean {
	return [ApiFailure, VaultError, RoomError, DOMException].some((kind) => error instanceof kind);
}

class KeptWatch {
	#isSending = false;
	/** By room, what the server would not take: asked again with every wake, it would say the same. */
	readonly #refused = new Map<string, number>();
	#visit: { readonly localId: string; readonly ends: AbortController } | null = null;
	#stopped: AbortSignal = AbortSignal.abort();

	/** Until `signal` says that the page goes. Of several tabs one asks what is new. */
	start(signal: AbortSignal): void {
		this.#stopped = signal;
		signal.addEventListener(
			'abort',
			pageSigns.watch((event) => {
				if (event === 'hidden') return;
				// What another tab has written meanwhile is listed, though nothing can be sent.
				if (event === 'visible' && !pageSigns.isOnline()) void keptList.read();
				else this.wake();
			})
		);
		signal.addEventListener(
			'abort',
			hearKept((word) => {
				// Whoever goes in speaks for themselves, and may change what waits.
				if (word.is === 'entering') this.#refused.delete(word.localId);
				if (word.is === 'entering' && word.localId === this.#visit?.localId) this.#visit.ends.abort();
				if (word.is === 'changed') this.wake();
			})
		);
		this.wake();
		if (!('locks' in navigator)) return;
		const turn = () => this.#goRound(signal);
		navigator.locks.request(watchLock, { signal }, turn).catch((error: unknown) => signal.aborted || reportError(error));
	}

	/** Something may be sent: there is a network, or somebody is here. */
	wake(): void {
		if (!pageSigns.isOnline() || this.#isSending) return;
		this.#isSending = true;
		this.#sendAll()
			.catch(reportError)
			.finally(() => (this.#isSending = false));
	}

	async #goRound(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			for (const room of others().toSorted(() => drawSecurely(2) * 2 - 1)) {
				await restOffline(drawBetween(betweenMs));
				if (signal.aborted) return;
				if (pageSigns.isOnline()) await this.#unlessOver(room, this.#count(room));
			}
			await restOffline(drawBetween(roundMs));
			this.wake();
		}
	}

	async #sendAll(): Promise<void> {
		await keptList.read();
		const waiting = ({ localId, unsent }: KeptListed) => unsent > 0 && this.#refused.get(localId) !== unsent;
		const visited = [];
		for (const room of others().filter(waiting)) if (await this.#unlessOver(room, this.#send(room))) visited.push(room.localId);
		await keptList.read();
		for (const { localId, unsent } of others()) if (visited.includes(localId)) this.#refused.set(localId, unsent);
	}

	async #count({ localId }: KeptListed): Promise<void> {
		const kept = await openKept(localId);
		try {
			const unread = await countUnread({ server: pageServer(), vault: pageVault(), clock: pageClock }, kept);
			keptList.count(localId, unread);
			sayKept({ is: 'unread', localId, unread });
		} finally {
			await forgetKey(pageVault(), kept.key);
		}
	}

	/** Nothing is sent twice: whoever has a room's lock alone speaks in it, and reads its record only then. */
	async #send(room: KeptListed): Promise<boolean> {
		const lock = await claimIdentity(room.storageKey);
		// Whoever is in it sends it.
		if (lock === null) return false;
		const ends = new AbortController();
		this.#visit = { localId: room.localId, ends };
		try {
			const kept = await openKept(room.localId);
			const signal = AbortSignal.any([ends.signal, this.#stopped, AbortSignal.timeout(sendMs)]);
			await this.#speak(room, kept, lock, signal).finally(() => forgetKey(pageVault(), kept.key));
			return true;
		} finally {
			this.#visit = null;
			lock();
		}
	}

	async #speak({ localId, name }: KeptListed, kept: Kept, lock: () => void, signal: AbortSignal): Promise<void> {
		// Another tab may have sent it while this one waited for the lock.
		const unsent = kept.unsent.length + (await readDrafts(device.onDisk, localId)).length;
		if (unsent === 0) return;
		const { place, entered } = await reopen({ vault: pageVault(), database: device.onDisk, clock: pageClock }, localId, kept);
		const ports = portsOf(kept, { lock, kept: place }, (_, count) => {
			// It may have ended before all of it was taken from the disk.
			keptList.ended(localId, { name, count: Math.max(count, unsent) }).catch(reportError);
		});
		const row = await sendWaiting({ ...entered, link: formatLink(location.origin, kept.code) }, ports, signal);
		// Nothing is new that one has written oneself.
		if (row - unsent <= kept.lastRead) await place.markRead(row);
	}

	/** Resolves to whether it was done. What is wrong with one room keeps the others from nothing. */
	async #unlessOver({ localId, name, unsent }: KeptListed, work: Promise<unknown>): Promise<boolean> {
		try {
			return (await work) !== false;
		} catch (error) {
			if (error instanceof ApiFailure && error.code === 'ROOM_GONE') await keptList.ended(localId, { name, count: unsent });
			else if (!isPassing(error)) reportError(error);
			return false;
		}
	}
}

export const keptWatch = new KeptWatch();
