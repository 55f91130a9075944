/**
 * What a tab remembers of its room over a reload: the link's code, and the record that the vault sealed (docs/PROTOCOL.md §15).
 * sessionStorage only, and on a shared computer not even that: there it lives in memory, and goes with the page. After the end there
 * stays the word, and the number, that the ended page needs.
 */
import { decodeBase64url, encodeBase64url } from '#protocol/base64url';
import type { Bytes } from '#protocol/bytes';
import { safeStorage } from './safe-storage.ts';
import type { SafeStorage } from './safe-storage.ts';
import { readSettings } from './settings.ts';

const linkKey = 'epr1.link';
const recordPrefix = 'epr1.me.';
const keptKey = 'epr1.kept';
const endingKey = 'epr1.ended';
const openlyKey = 'epr1.openly';
/** Of a room that isn't kept. */
const roomKeys = [linkKey, recordPrefix, openlyKey];

/** `isShared`: whether this is a shared computer. */
export function sessionStore(open: () => Storage, isShared: () => boolean): SafeStorage {
	return safeStorage(open, (key) => !roomKeys.some((each) => key.startsWith(each)) || !isShared());
}

const session = sessionStore(
	() => sessionStorage,
	() => readSettings().sharedComputer
);

/** Whether this is a shared computer has changed: a room that this tab is in goes from its storage, or comes back there. */
export function settleRoom(storage: SafeStorage = session): void {
	for (const each of roomKeys) storage.settle(each);
}

/** The tab is in this room now, and in no kept one. `openly`: the person has read that the other one may see their address. */
export function rememberLink(code: string, openly: boolean, storage: SafeStorage = session): void {
	storage.set(linkKey, code);
	storage.remove(keptKey);
	if (openly) storage.set(openlyKey, '1');
	else storage.remove(openlyKey);
}

/** In the room of this tab. */
export function wasOpenly(storage: SafeStorage = session): boolean {
	return storage.get(openlyKey) !== null;
}

export function rememberedLink(storage: SafeStorage = session): string | null {
	return storage.get(linkKey);
}

/** Of a room that stays on this device: its name here, instead of link and record. The tab is in no other one. */
export function rememberKept(localId: string, storage: SafeStorage = session): void {
	storage.set(keptKey, localId);
	storage.remove(linkKey);
}

export function rememberedKept(storage: SafeStorage = session): string | null {
	return storage.get(keptKey);
}

/** The tab is in it no more; one that was in another stays there. */
export function dropKept(localId: string, storage: SafeStorage = session): void {
	if (storage.get(keptKey) === localId) storage.remove(keptKey);
}

/** `storageKey` is the vault's `epr1.me.<hex>`; `record` came sealed from it. */
export function writeRecord(storageKey: string, record: Uint8Array, storage: SafeStorage = session): void {
	storage.set(storageKey, encodeBase64url(record));
}

/** `null` when there is none, or what stands there was never written by us. */
export function readRecord(storageKey: string, storage: SafeStorage = session): Bytes | null {
	const text = storage.get(storageKey);
	if (text === null) return null;
	try {
		return decodeBase64url(text);
	} catch {
		// Whatever wrote this, it is no record: the room is entered as by a stranger.
		return null;
	}
}

export function dropRecord(storageKey: string, storage: SafeStorage = session): void {
	storage.remove(storageKey);
}

/** Forgets one room: its record, and the link when it is the remembered one. */
export function forgetRoom({ code, storageKey }: { code: string; storageKey: string }, storage: SafeStorage = session): void {
	storage.remove(storageKey);
	if (storage.get(linkKey) === code) storage.remove(linkKey);
}

/** Forgets link and records of every room of this tab. */
export function wipe(storage: SafeStorage = session): void {
	storage.clear(linkKey);
	storage.clear(recordPrefix);
	storage.remove(keptKey);
	storage.remove(openlyKey);
}

export type KeptEnding = { readonly ending: string; /** Own messages that were never sent. */ readonly unsent: number };

export function writeEnding({ ending, unsent }: KeptEnding, storage: SafeStorage = session): void {
	storage.set(endingKey, unsent > 0 ? `${ending} ${unsent}` : ending);
}

export function readEnding(storage: SafeStorage = session): KeptEnding | null {
	const [, ending, unsent] = /^([a-z]+)(?: (\d{1,9}))?$/.exec(storage.get(endingKey) ?? '') ?? [];
	return ending === undefined ? null : { ending, unsent: Number(unsent ?? 0) };
}

export function dropEnding(storage: SafeStorage = session): void {
	storage.remove(endingKey);
}
