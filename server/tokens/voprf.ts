/** The VOPRF of RFC 9497 on ristretto255 with SHA-512. */
import { createHash } from 'node:crypto';
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { sha512 } from '@noble/hashes/sha2.js';
import sodium from 'libsodium-wrappers-sumo';
import { concat, utf8 } from '#protocol/bytes';
import { elementSize } from '#protocol/tokens';

export const { voprf } = ristretto255_oprf;

await sodium.ready;

/** Of what is hashed to the group: the mode is 1, VOPRF (RFC 9497 §3.1, §4.1). */
const groupTag = concat(utf8('HashToGroup-OPRFV1-'), Uint8Array.of(1), utf8('-ristretto255-SHA512'));
const uniformSize = 64;

/**
 * Evaluate (§3.3.1): the 64 bytes that a client comes to with the whole exchange. On libsodium's group, in constant time: every
 * room asks for it once, and @noble/curves, which signs the batches, takes seven times as long.
 */
export function evaluate(secretKey: Uint8Array, input: Uint8Array): Uint8Array {
	const uniform = expand_message_xmd(input, groupTag, uniformSize, sha512);
	const element = sodium.crypto_core_ristretto255_from_hash(uniform);
	const evaluated = sodium.crypto_scalarmult_ristretto255(secretKey, element);
	return createHash('sha512').update(sized(input)).update(sized(evaluated)).update('Finalize').digest();
}

/** Of the group, and not its identity: all that may be signed (§3.3). */
export function isElement(bytes: Uint8Array): boolean {
	if (bytes.length !== elementSize || bytes.every((byte) => byte === 0)) return false;
	return sodium.crypto_core_ristretto255_is_valid_point(bytes);
}

/** With its length before it, in two bytes. */
function sized(bytes: Uint8Array): Uint8Array {
	return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}
