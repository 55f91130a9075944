/** Records under the device's key: `iv(12) ‖ GCM(deviceKey, iv, label ‖ key, record)`, docs/PROTOCOL.md §15. */
import type { Bytes } from '#protocol/bytes';
import { concat, utf8 } from '#protocol/bytes';
import type { Key } from './database.ts';

const ivSize = 12;
const labels = { tokens: 'epr/1/token-record', account: 'epr/1/account-record', facts: 'epr/1/fact-record' } as const;
export type SealedStore = keyof typeof labels;

/** Where a record lies is authenticated with it: none can be put in another's place. */
function placeOf(store: SealedStore, key: Key): Bytes {
	return utf8(`${labels[store]}/${key.join('/')}`);
}

type Place = { readonly store: SealedStore; readonly key: Key };

export async function sealAt({ store, key }: Place, secret: CryptoKey, record: Bytes): Promise<Bytes> {
	const iv = crypto.getRandomValues(new Uint8Array(ivSize));
	const algorithm = { name: 'AES-GCM', iv, additionalData: placeOf(store, key) };
	return concat(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, secret, record)));
}

/** `null` when it is none, or was sealed under another key: what it said can't be known any more. */
export async function openAt({ store, key }: Place, secret: CryptoKey, sealed: unknown): Promise<Bytes | null> {
	if (!(sealed instanceof Uint8Array) || sealed.length < ivSize) return null;
	const bytes = new Uint8Array(sealed);
	const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, ivSize), additionalData: placeOf(store, key) };
	try {
		return new Uint8Array(await crypto.subtle.decrypt(algorithm, secret, bytes.subarray(ivSize)));
	} catch {
		return null;
	}
}
