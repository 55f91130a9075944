/** The one suite of version 1: docs/PROTOCOL.md §1 and §2. AES-GCM and HKDF by WebCrypto, Ed25519 by noble in every client. */
import { eddsa } from '@noble/curves/abstract/edwards.js';
import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hkdf as hkdfSync } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '#protocol/bytes';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { Regulars } from './regulars.ts';

/** New arrays of random bytes, from the caller's own source. */
export type Random = (size: number) => Bytes;

export const hashSize = 32;

export const empty: Bytes = new Uint8Array(0);

/** SHA-256 of the parts, concatenated. */
export function hash(...parts: readonly Uint8Array[]): Bytes {
	return new Uint8Array(sha256(concat(...parts)));
}

/** RFC 5869 with SHA-256; `size` in bytes. */
export async function hkdf(ikm: Bytes, salt: Bytes, info: Bytes, size: number): Promise<Bytes> {
	const key = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
	return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, size * 8));
}

/** The same by noble, for what is derived by the dozen: asking WebCrypto takes longer than its answer. */
export function hkdfAtOnce(ikm: Bytes, salt: Bytes, info: Bytes, size: number): Bytes {
	return new Uint8Array(hkdfSync(sha256, ikm, salt, info, size));
}

export type GcmInput = { readonly key: Bytes; readonly iv: Bytes; readonly aad: Bytes };

/** AES-256-GCM with a 96-bit iv; the 128-bit tag is appended. */
export async function gcmSeal(input: GcmInput, plaintext: Bytes): Promise<Bytes> {
	const key = await crypto.subtle.importKey('raw', input.key, 'AES-GCM', false, ['encrypt']);
	return new Uint8Array(
		await crypto.subtle.encrypt({ name: 'AES-GCM', iv: input.iv, additionalData: input.aad }, key, plaintext)
	);
}

/** `null` when the tag doesn't fit. */
export async function gcmOpen(input: GcmInput, ciphertext: Bytes): Promise<Bytes | null> {
	const key = await crypto.subtle.importKey('raw', input.key, 'AES-GCM', false, ['decrypt']);
	const parameters = { name: 'AES-GCM', iv: input.iv, additionalData: input.aad };
	try {
		return new Uint8Array(await crypto.subtle.decrypt(parameters, key, ciphertext));
	} catch (error) {
		if (error instanceof DOMException && error.name === 'OperationError') return null;
		throw error;
	}
}

/** RFC 8032; 64 bytes. */
export function sign(message: Uint8Array, seed: Uint8Array): Bytes {
	return new Uint8Array(ed25519.sign(message, seed));
}

export function publicKeyOf(seed: Uint8Array): Bytes {
	return new Uint8Array(ed25519.getPublicKey(seed));
}

/**
 * Points of keys (hex) that have signed a few times. Noble makes a table for each, 130 kB, when it multiplies it first, and has it
 * at hand when it is given the same point again; making one costs what it saves in four checks.
 */
const regulars = new Regulars({
	after: 4,
	most: 24,
	make: (name) => ed25519.Point.fromBytes(fromHex(name)).precompute(4)
});

/** Noble's own points, and for the keys of regulars the same one each time. */
class KnownPoint extends ed25519.Point {
	static override fromBytes(bytes: Uint8Array, zip215?: boolean): EdwardsPoint {
		return regulars.get(toHex(bytes)) ?? ed25519.Point.fromBytes(bytes, zip215);
	}
}

const { verify: check } = eddsa(KnownPoint, sha512, { zip215: false });

/** Strict RFC 8032: no small-order key, no second encoding of a point or scalar. Never throws. */
export function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
	if (signature.length !== 64 || publicKey.length !== 32) return false;
	const isRight = check(signature, message, publicKey);
	if (isRight) regulars.seen(toHex(publicKey));
	return isRight;
}

/** Best effort: a JavaScript engine may have made copies. */
export function wipe(...secrets: readonly Uint8Array[]): void {
	for (const secret of secrets) secret.fill(0);
}

/** An X25519 key pair, RFC 7748. */
export type ExchangeKey = { readonly secret: Bytes; readonly publicKey: Bytes };

export function makeExchangeKey(random: Random): ExchangeKey {
	const secret = random(32);
	return { secret, publicKey: new Uint8Array(x25519.getPublicKey(secret)) };
}

/** X25519. Throws `X25519` where the result is all zeros: a public key of small order, which would leave nothing secret. */
export function exchange(secret: Bytes, publicKey: Bytes): Bytes {
	try {
		return new Uint8Array(x25519.getSharedSecret(secret, publicKey));
	} catch {
		throw new ProtocolError('X25519');
	}
}

/** Builds noble's tables and lets the engine compile the curve, so that the first batch of messages is not the slow one. */
export function warmUp(): void {
	const [seed, message] = [new Uint8Array(32), new Uint8Array(64)];
	const publicKey = publicKeyOf(seed);
	const signature = sign(message, seed);
	for (let i = 0; i < 16; i++) check(signature, message, publicKey);
}
