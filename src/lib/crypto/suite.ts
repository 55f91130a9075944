/** The one suite of version 1: docs/PROTOCOL.md §1 and §2. HKDF and AES-GCM by WebCrypto, Ed25519 by noble in every client. */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '#protocol/bytes';
import { concat } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';

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

/** Strict RFC 8032: no small-order key, no second encoding of a point or scalar. Never throws. */
export function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
	if (signature.length !== 64 || publicKey.length !== 32) return false;
	return ed25519.verify(signature, message, publicKey, { zip215: false });
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
	for (let i = 0; i < 16; i++) verify(signature, message, publicKey);
}
