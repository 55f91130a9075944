/**
 * Looks after the rooms that stay on this device while nobody is in them: sends what waits, and asks what is new. Only those that
 * open without asking for their password (docs/PROTOCOL.md §15).
 */
import { fromHex } from '#protocol/bytes';
import { formatLink } from '#protocol/invite';
import { ApiFailure } from '../api/failure.ts';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { claimIdentity } from '../storage/identity-lock.ts';
import { readKeptRoom } from '../storage/kept.ts';
import type { Kept } from '../vault/calls.ts';
import { VaultError } from '../vault/vault.ts';
import { portsOf } from './enter.ts';
import { keptList } from './kept-list.svelte.ts';
import type { KeptListed } from './kept-list.svelte.ts';
import { reopen } from './kept.ts';
import { sayKept } from './kept-word.ts';
import { drawSecurely } from './nick.ts';
import { pageServer } from './page-server.ts';
import { pageClock, pageSigns, restOffline } from './page-signs.ts';
import { askVault, forgetKey, pageVault } from './page-vault.ts';
import { rememberedRoom } from './remembered.ts';
import { countUnread, sendWaiting } from './visit.ts';

/** One tab does it for all. */
const watchLock = 'epr1.watch';
/** Between two rooms: asked for all at once they would be known to belong together. */
const betweenMs = { least: 1000, most: 20_000 };
const roundMs = { least: 60_000, most: 180_000 };
/** What is not through by then waits for the next time. */
const sendMs = 60_000;

type Task = (kept: Kept) => Promise<void>;

function drawBetween({ least, most }: { readonly least: number; readonly most: number }): number {
	return least + drawSecurely(most - least);
}

/** This tab's room looks after itself. */
function others(): readonly KeptListed[] {
	const here = rememberedRoom();
	return (keptList.rooms ?? []).filter(({ localId, asks }) => !asks && localId !== here);
}

function isPassing(error: unknown): boolean {
	return error instanceof ApiFailure || error instanceof VaultError || error instanceof DOMException;
}

class KeptWatch {
	#sending: Promise<void> | null = null;
	#stopped = new AbortController();

	/** For as long as this page lives, or until `stop`; a tab that is not the first waits for its turn. */
	start(): void {
		const { signal } = (this.#stopped = new AbortController());
		const unwatch = pageSigns.watch((event) => event === 'hidden' || this.wake());
		signal.addEventListener('abort', unwatch);
		if (!('locks' in navigator)) return;
		const turn = () => this.#goRound(signal);
		navigator.locks.request(watchLock, { signal }, turn).catch((error: unknown) => signal.aborted || reportError(error));
	}

	stop(): void {
		this.#stopped.abort();
	}

	/** Something may be sent: there is a network, or somebody is here. */
	wake(): void {
		if (!pageSigns.isOnline()) return;
		this.#sending ??= this.#sendAll()
			.catch(reportError)
			.finally(() => (this.#sending = null));
	}

	async #goRound(signal: AbortSignal): Promise<void> {
		this.wake();
		while (!signal.aborted) {
			for (const room of others().toSorted(() => drawSecurely(2) * 2 - 1)) {
				await restOffline(drawBetween(betweenMs));
				if (signal.aborted) return;
				if (pageSigns.isOnline()) await this.#visit(room, (kept) => this.#count(room, kept));
			}
			await restOffline(drawBetween(roundMs));
		}
	}

	/** One after the other; nothing is sent twice, since whoever has a room's lock alone speaks in it. */
	async #sendAll(): Promise<void> {
		await keptList.read();
		for (const room of others().filter(({ unsent }) => unsent > 0)) await this.#visit(room, (kept) => this.#send(room, kept));
		await keptList.read();
	}

	async #count({ localId }: KeptListed, kept: Kept): Promise<void> {
		const unread = await countUnread({ server: pageServer(), vault: pageVault(), clock: pageClock }, kept);
		keptList.count(localId, unread);
		sayKept({ is: 'unread', localId, unread });
	}

	async #send({ localId, name }: KeptListed, kept: Kept): Promise<void> {
		const lock = await claimIdentity(kept.storageKey, 0);
		// Whoever is in it sends it.
		if (lock === null) return;
		try {
			const { place, entered } = await reopen({ vault: pageVault(), database: device.onDisk, clock: pageClock }, localId, kept);
			const ports = portsOf(kept, { lock, kept: place }, (_, count) => {
				keptList.ended(localId, { name, count }).catch(reportError);
			});
			const link = formatLink(location.origin, kept.code);
			await sendWaiting({ ...entered, link }, ports, AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(sendMs)]));
		} finally {
			lock();
		}
	}

	async #visit(room: KeptListed, task: Task): Promise<void> {
		const { localId, name, unsent } = room;
		const sealed = await readKeptRoom(device.onDisk, localId);
		if (sealed === null) return keptList.read();
		const place = { deviceKey: await deviceKey(device.onDisk), localId: fromHex(localId) };
		const { kept } = await askVault.call('openKept', { ...place, sealed });
		if (kept === null) return keptList.read();
		try {
			await task(kept);
		} catch (error) {
			if (error instanceof ApiFailure && error.code === 'ROOM_GONE') await keptList.ended(localId, { name, count: unsent });
			// Away, too slow, or this page is about to go: it is asked again the next time.
			else if (!isPassing(error)) throw error;
		} finally {
			await forgetKey(pageVault(), kept.key);
		}
	}
}

export const keptWatch = new KeptWatch();
