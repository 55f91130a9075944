import { ed25519 } from '@noble/curves/ed25519.js';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex } from '#protocol/bytes';
import { isSafeAccessPub, verifyProof } from './proof.ts';
import type { Proof } from './proof.ts';
import vectors from '../../src/lib/crypto/vectors/epr1.json' with { type: 'json' };

const p1 = vectors.vectors.find((vector) => vector.id === 'P1-access-proof');
const hex = (text: string | undefined) => fromHex(text ?? '');
const good: Proof = {
	accessPub: hex(p1?.accessPub),
	origin: String(p1?.origin),
	roomId: hex(p1?.roomId),
	challenge: hex(p1?.challenge),
	clientNonce: hex(p1?.clientNonce),
	proof: hex(p1?.proof)
};

function flip(bytes: Uint8Array): Uint8Array {
	const flipped = new Uint8Array(bytes);
	flipped[0] = (flipped[0] ?? 0) ^ 1;
	return flipped;
}

test('the proof of vector P1 is right', () => {
	expect(verifyProof(good)).toBe(true);
});

test('a proof is bound to key, origin, room, challenge and nonce', () => {
	const other = ed25519.getPublicKey(randomBytes(32));
	expect(verifyProof({ ...good, accessPub: other })).toBe(false);
	expect(verifyProof({ ...good, origin: `${good.origin}:443` })).toBe(false);
	for (const name of ['roomId', 'challenge', 'clientNonce', 'proof'] as const) {
		expect(verifyProof({ ...good, [name]: flip(good[name]) }), name).toBe(false);
	}
});

test('a proof whose second half is not reduced is wrong', () => {
	const order = 2n ** 252n + 27742317777372353535851937790883648493n;
	const s = BigInt(`0x${Buffer.from(good.proof.subarray(32)).reverse().toString('hex')}`) + order;
	const proof = new Uint8Array(good.proof);
	proof.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse(), 32);
	expect(verifyProof({ ...good, proof })).toBe(false);
});

test('keys that come from seeds are accepted', () => {
	expect(isSafeAccessPub(good.accessPub)).toBe(true);
	for (let i = 0; i < 50; i++) {
		const { publicKey } = generateKeyPairSync('ed25519');
		expect(isSafeAccessPub(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))).toBe(true);
	}
});

test('every point of small order is refused, under both signs, however it is written', () => {
	const torsion = ed25519.Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
	let point = ed25519.Point.ZERO;
	for (let i = 0; i < 8; i++) {
		expect(point.isSmallOrder()).toBe(true);
		const written = point.toBytes();
		expect(isSafeAccessPub(written), `${i}`).toBe(false);
		written[31] = (written[31] ?? 0) ^ 0x80;
		expect(isSafeAccessPub(written), `${i}, other sign`).toBe(false);
		point = point.add(torsion);
	}
});

test('a key that is not the one way of writing its point is refused', () => {
	for (const low of [0xed, 0xee, 0xf1, 0xff]) {
		const written = new Uint8Array(32).fill(0xff);
		written[0] = low;
		written[31] = 0x7f;
		expect(isSafeAccessPub(written)).toBe(false);
	}
	expect(isSafeAccessPub(new Uint8Array(31))).toBe(false);
});
