/** Who can read an envelope with slots: docs/PROTOCOL.md §9. One key for each pair of members, and in each envelope one slot for each who may read it. */
import type { Bytes } from '#protocol/bytes';
import { concat, equalBytes, toHex, utf8 } from '#protocol/bytes';
import { saltOffset, saltSize, slotsOffset, slotsSize } from '#protocol/envelope';
import { shuffle } from './draw.ts';
import type { ExchangeKey, Random } from './suite.ts';
import { exchange, hkdf, hkdfAtOnce, wipe } from './suite.ts';

export const maxRecipients = 16;
export const cekSize = 32;

const slotTagSize = 8;
const slotSize = slotTagSize + cekSize;

/** A member's two public keys: Ed25519, as which they speak, and X25519, for what is meant for them. */
export type Party = { readonly sender: Bytes; readonly x25519Pub: Bytes };

/** The smaller one first. */
function inOrder(...parties: readonly Party[]): Bytes[] {
	return parties
		.map(({ sender, x25519Pub }) => concat(sender, x25519Pub))
		.sort((one, other) => (toHex(one) < toHex(other) ? -1 : 1));
}

/** The same at both ends, 32 bytes. Throws `X25519`. */
export async function derivePairKey(
	roomKey: Bytes,
	mine: { readonly sender: Bytes; readonly key: ExchangeKey },
	peer: Party
): Promise<Bytes> {
	const both = inOrder({ sender: mine.sender, x25519Pub: mine.key.publicKey }, peer);
	const dh = exchange(mine.key.secret, peer.x25519Pub);
	const pairKey = await hkdf(dh, roomKey, concat(utf8('epr/1/pair'), ...both), 32);
	wipe(dh);
	return pairKey;
}

/** The slot's 40 bytes for this pair and this envelope: tag(8) ‖ mask(32). */
function slotOf(pairKey: Bytes, salt: Bytes): Bytes {
	return hkdfAtOnce(pairKey, salt, utf8('epr/1/slot'), slotSize);
}

/** Its own inverse. */
function mask(cek: Bytes, slot: Bytes): Bytes {
	return cek.map((byte, i) => byte ^ (slot[slotTagSize + i] ?? 0));
}

/** 640 bytes in which nobody can tell how many may read, nor who. At most 16 pair keys. */
export function sealSlots(
	pairKeys: readonly Bytes[],
	{ salt, cek, random }: { readonly salt: Bytes; readonly cek: Bytes; readonly random: Random }
): Bytes {
	if (pairKeys.length > maxRecipients)
		throw new Error(`exchange: expected at most ${maxRecipients} readers, got ${pairKeys.length}`);
	const real = pairKeys.map((pairKey) => {
		const slot = slotOf(pairKey, salt);
		return concat(slot.subarray(0, slotTagSize), mask(cek, slot));
	});
	const fill = Array.from({ length: slotsSize / slotSize - real.length }, () => random(slotSize));
	return concat(...shuffle([...real, ...fill], random));
}

/** The key of an envelope with slots, by the first of these pair keys that one of its slots is for. `null` when it is for none of them. */
export function findCek(pairKeys: Iterable<Bytes>, envelope: Bytes): Bytes | null {
	const salt = envelope.slice(saltOffset, saltOffset + saltSize);
	const area = envelope.subarray(slotsOffset, slotsOffset + slotsSize);
	for (const pairKey of pairKeys) {
		const slot = slotOf(pairKey, salt);
		for (let at = 0; at < area.length; at += slotSize) {
			const isTag = equalBytes(area.subarray(at, at + slotTagSize), slot.subarray(0, slotTagSize));
			if (isTag) return mask(area.slice(at + slotTagSize, at + slotSize), slot);
		}
	}
	return null;
}
