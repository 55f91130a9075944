/** How a room ends on this device, and what a page may know of it afterwards: docs/PROTOCOL.md §15. */
import { layers } from '../back/page-layers.ts';
import { device } from '../storage/database.ts';
import { dropEnding, readEnding as readKept, wipe, writeEnding } from '../storage/session-record.ts';
import { current } from './current.svelte.ts';
import type { Ended } from './current.svelte.ts';
import { takeFragment } from './fragment.ts';
import { loadAnew } from './load-anew.ts';
import { endVault } from './page-vault.ts';
import { settings } from './settings.svelte.ts';
import { pause } from './timers.ts';
import type { Ending } from './view.ts';

type PublicEnding = Exclude<Ending, 'left'>;
const publicEndings: readonly PublicEnding[] = ['time', 'purged', 'gone', 'you'];

/** This device is being erased: however a room ends now, more than the room goes. */
let erasing = false;

export type EndingTold = { readonly ended: PublicEnding; readonly unsent: number };

function parseEnding(text: string | undefined): PublicEnding | null {
	return publicEndings.find((each) => each === text) ?? null;
}

/**
 * The room is over here: keys, text and storage go at once, and with the page everything else. Until another page can be
 * fetched this one says what happened, at the address of the other: a reload, and a link that is opened here, find a new page.
 * `unsent`: own messages that go with it. `forgetting`: of what lies on the disk; the page waits for it.
 */
export function finish(ending: Ending, unsent = 0, forgetting: Promise<void> = Promise.resolve()): void {
	if (current.ended !== null) return;
	const ended = erasing ? 'erased' : ending;
	endVault();
	if (erasing) forgetStored();
	else wipe();
	writeEnding({ ending: ended, unsent });
	current.end(ended, unsent);
	layers.closed(() => {
		history.replaceState(null, '', addressOf(ended));
		forgetting.catch(reportError).then(loadAnew).catch(reportError);
	});
}

function addressOf(ended: Ended): string {
	return ended === 'left' || ended === 'erased' ? '/' : `/ended#${ended}`;
}

/** For /ended: why the room ended; survives a reload. `null` when this tab has seen none end. */
export function readEnding(): EndingTold | null {
	const told = parseEnding(takeFragment() ?? undefined);
	const kept = readKept();
	const ended = told ?? parseEnding(kept?.ending);
	if (ended === null) return null;
	const unsent = kept?.ending === ended ? kept.unsent : 0;
	if (told !== null) writeEnding({ ending: told, unsent });
	return { ended, unsent };
}

/** For the home page: true once after a room was left on this device. */
export function takeFarewell(): boolean {
	const left = readKept()?.ending === 'left';
	if (left) dropEnding();
	return left;
}

/** For the home page: true once after this device was erased. */
export function takeErased(): boolean {
	const erased = readKept()?.ending === 'erased';
	if (erased) dropEnding();
	return erased;
}

/** The page goes, perhaps to be kept by the browser: keys and text go now, what a reload needs stays. */
export function leavePage(): void {
	current.room?.stop();
	current.drop();
	endVault();
}

let channel: BroadcastChannel | null = null;

/** Between the tabs of this site; `null` in a browser without. */
function tabs(): BroadcastChannel | null {
	if (channel === null && 'BroadcastChannel' in globalThis) channel = new BroadcastChannel('epr1.device');
	return channel;
}

/** From now on, "Erase this device" in another tab erases this one too. */
export function watchErasing(): void {
	const heard = tabs();
	if (heard !== null) heard.onmessage = () => void eraseTab().catch(reportError);
}

function forgetStored(): void {
	wipe();
	dropEnding();
	settings.forget();
	// Another tab's doing too: what this one still keeps is not to make the database anew.
	device.abandon();
}

/** Storage goes first, so that nothing survives a tab that is closed meanwhile; a goodbye writes the record once more. */
async function eraseTab(): Promise<void> {
	forgetStored();
	erasing = true;
	await current.room?.leave();
	finish('left');
}

/** The browser ends a service worker only after it has looked for a newer one, which a bad network may hold up: ms. */
const unregisterMs = 2_000;

async function dropCaches(): Promise<void> {
	if ('caches' in globalThis) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
	const workers = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistrations() : [];
	await Promise.race([Promise.all(workers.map((worker) => worker.unregister())), pause(unregisterMs).done]);
}

/** "Erase this device": leaves the room, forgets every key, setting and cache of this site, then opens the home page anew. */
export async function forgetDevice(): Promise<void> {
	tabs()?.postMessage('erase');
	try {
		await device.erase();
	} finally {
		// Whatever can go goes, also where something can't.
		forgetStored();
		await dropCaches();
	}
	await eraseTab();
}
