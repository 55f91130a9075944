/** What the database holds of a room's secrets, under keys that it doesn't hold: docs/PROTOCOL.md §6.1. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { concat, u8, u32, utf8 } from '#protocol/bytes';
import type { SlotKeys } from './keyring.ts';

export const shardSize = 32;
export const accessPubSize = 32;
export const shardTagSize = 16;
export const sealedSize = 108;

const ivSize = 12;
const tagSize = 16;
const kekLabel = utf8('epr/1/kek');
const sealLabel = utf8('epr/1/seal');

/** Where a seal belongs; a seal that was moved doesn't open. `roomId` 16 bytes. */
export type SealPlace = { readonly roomId: Uint8Array; readonly byte0: number; readonly epochHour: number };
export type SealContents = { readonly shard: Uint8Array; readonly accessPub: Uint8Array; readonly shardTag: Uint8Array };

/** 108 bytes. The caller fills `keys` and the shard with zeros afterwards. `iv`: 12 random bytes. */
export function seal(keys: SlotKeys, place: SealPlace, contents: SealContents, iv: Uint8Array): Uint8Array {
	const kek = deriveKek(keys, place.roomId);
	const plaintext = concat(contents.shard, contents.accessPub, contents.shardTag);
	try {
		const cipher = createCipheriv('aes-256-gcm', kek, iv, { authTagLength: tagSize });
		cipher.setAAD(associated(place));
		return concat(iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
	} finally {
		kek.fill(0);
		plaintext.fill(0);
	}
}

/** `null` when the keys or the place are not those of the seal. The caller fills `keys` with zeros afterwards. */
export function unseal(keys: SlotKeys, place: SealPlace, sealed: Uint8Array): SealContents | null {
	if (sealed.length !== sealedSize) return null;
	const kek = deriveKek(keys, place.roomId);
	const decipher = createDecipheriv('aes-256-gcm', kek, sealed.subarray(0, ivSize), { authTagLength: tagSize });
	decipher.setAAD(associated(place));
	decipher.setAuthTag(sealed.subarray(sealedSize - tagSize));
	const plaintext = decipher.update(sealed.subarray(ivSize, sealedSize - tagSize));
	try {
		decipher.final();
		return split(plaintext);
	} catch {
		return null;
	} finally {
		kek.fill(0);
		plaintext.fill(0);
	}
}

/** Exported for the vector. 32 bytes. */
export function deriveKek({ epochKey, slotKey }: SlotKeys, roomId: Uint8Array): Uint8Array {
	const ikm = concat(epochKey, slotKey);
	try {
		return new Uint8Array(hkdfSync('sha256', ikm, roomId, kekLabel, 32));
	} finally {
		ikm.fill(0);
	}
}

function associated({ roomId, byte0, epochHour }: SealPlace): Uint8Array {
	return concat(sealLabel, roomId, u8(byte0), u32(epochHour));
}

function split(plaintext: Uint8Array): SealContents {
	const accessAt = shardSize;
	const tagAt = shardSize + accessPubSize;
	return {
		shard: new Uint8Array(plaintext.subarray(0, accessAt)),
		accessPub: new Uint8Array(plaintext.subarray(accessAt, tagAt)),
		shardTag: new Uint8Array(plaintext.subarray(tagAt))
	};
}
