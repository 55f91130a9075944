/** What was written in a kept room and is not sealed yet, on the disk under the device's key: docs/PROTOCOL.md §15. */
import { toBurnSeconds } from '#protocol/burn';
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';
import { concat, fromHex, u32, u64, utf8, utf8Decode } from '#protocol/bytes';
import type { Database } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import * as store from '../storage/kept.ts';

export type Draft = {
	readonly text: string;
	readonly burnSeconds?: BurnSeconds | undefined;
	/** When it was written, unix ms. */
	readonly time: number;
};

export type WaitingDraft = Draft & { /** Its place in the order of writing. */ readonly n: number };

export type Waiting = {
	/** Resolves to its place when it lies on the disk. Rejects when that takes no more, and for a room that was forgotten. */
	add(draft: Draft): Promise<number>;
	/** In the order of writing. */
	read(): Promise<readonly WaitingDraft[]>;
	/** `false` when it isn't there any more: sealed, or dropped. */
	drop(n: number): Promise<boolean>;
	/** As it lies on the disk. */
	seal(draft: Draft): Promise<Bytes>;
	/** Another tab seals and sends what is written here. */
	readonly elsewhere?: { readonly isUp: () => boolean };
	/**
	 * What other tabs do: they have written one, sent some, got or lost their connection, or wish to discard the one at this place.
	 * Returns what ends it.
	 */
	watch?(listener: (what: 'written' | 'sent' | 'line' | number) => void): () => void;
};

const ivSize = 12;
const headSize = 12;

/** `u64 time ‖ u32 burn seconds, 0 for none ‖ text`. */
function encode({ time, burnSeconds, text }: Draft): Bytes {
	return concat(u64(time), u32(burnSeconds ?? 0), utf8(text));
}

function decode(bytes: Bytes): Draft {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const burnSeconds = toBurnSeconds(view.getUint32(8)) ?? undefined;
	return { time: Number(view.getBigUint64(0)), burnSeconds, text: utf8Decode(bytes.slice(headSize)) };
}

function parametersOf(localId: string, iv: Bytes): AesGcmParams {
	return { name: 'AES-GCM', iv, additionalData: concat(utf8('epr/1/draft'), fromHex(localId)) };
}

async function seal(key: CryptoKey, localId: string, draft: Draft): Promise<Bytes> {
	const iv = crypto.getRandomValues(new Uint8Array(ivSize));
	return concat(iv, new Uint8Array(await crypto.subtle.encrypt(parametersOf(localId, iv), key, encode(draft))));
}

/** `null` when it was sealed under another key, or damaged: what it said can't be known any more. */
async function open(key: CryptoKey, localId: string, bytes: Bytes): Promise<Draft | null> {
	try {
		const iv = bytes.slice(0, ivSize);
		return decode(new Uint8Array(await crypto.subtle.decrypt(parametersOf(localId, iv), key, bytes.slice(ivSize))));
	} catch {
		return null;
	}
}

export function createWaiting(database: Database, localId: string): Waiting {
	const sealHere = async (draft: Draft) => seal(await deviceKey(database), localId, draft);
	return {
		async add(draft) {
			const n = await store.addDraft(database, localId, await sealHere(draft));
			if (n === null) throw new Error('waiting: the room is kept no more');
			return n;
		},
		async read() {
			const [key, drafts] = [await deviceKey(database), await store.readDrafts(database, localId)];
			const opened = await Promise.all(
				drafts.map(async ({ n, bytes }) => {
					const draft = await open(key, localId, bytes);
					return draft && { ...draft, n };
				})
			);
			return opened.filter((draft) => draft !== null);
		},
		drop: (n) => store.dropDraft(database, localId, n),
		seal: sealHere
	};
}
