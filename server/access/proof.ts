/** The proof of access: an Ed25519 signature over the server's challenge (docs/PROTOCOL.md §5). */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import { accessPubSize } from '../keyring/seal.ts';

export const proofSize = 64;
export const clientNonceSize = 16;

const label = utf8('epr/1/access-proof');
/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 §4). */
const spkiPrefix = fromHex('302a300506032b6570032100');

export type Proof = {
	readonly accessPub: Uint8Array;
	readonly origin: string;
	readonly roomId: Uint8Array;
	readonly challenge: Uint8Array;
	readonly clientNonce: Uint8Array;
	readonly proof: Uint8Array;
};

export function verifyProof({ accessPub, origin, roomId, challenge, clientNonce, proof }: Proof): boolean {
	const message = concat(label, createHash('sha256').update(origin).digest(), roomId, challenge, clientNonce);
	const key = createPublicKey({ key: Buffer.from(concat(spkiPrefix, accessPub)), format: 'der', type: 'spki' });
	return verify(null, message, key, proof);
}

const prime = 2n ** 255n - 19n;
const orderEightY = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/** The y coordinates of the points of order 1, 2, 4 and 8 of edwards25519 (RFC 8032 §5.1); whoever has such a "key" needs no seed. */
const smallOrderY = [1n, prime - 1n, 0n, orderEightY, prime - orderEightY];

/** Whether the key is written in the one way there is, and a signature under it proves anything. */
export function isSafeAccessPub(accessPub: Uint8Array): boolean {
	if (accessPub.length !== accessPubSize) return false;
	const number = BigInt(`0x${Buffer.from(accessPub).reverse().toString('hex')}`);
	const y = number & (2n ** 255n - 1n);
	return y < prime && !smallOrderY.includes(y);
}
