import { expect, test } from 'vitest';
import { signProof, verifyProof } from './proof.ts';
import { publicKeyOf } from './suite.ts';

const seed = new Uint8Array(32).fill(1);
const input = {
	origin: 'https://rooms.example',
	roomId: new Uint8Array(16).fill(2),
	challenge: new Uint8Array(32).fill(3),
	clientNonce: new Uint8Array(16).fill(4)
};
const proof = signProof(input, seed);

test('a proof holds for what it was made for', () => {
	expect(verifyProof(input, proof, publicKeyOf(seed))).toBe(true);
});

// Vector P2.
test.each([
	['origin', { origin: 'https://rooms.example.org' }],
	['origin with a slash', { origin: 'https://rooms.example/' }],
	['origin in another scheme', { origin: 'http://rooms.example' }],
	['room', { roomId: new Uint8Array(16).fill(5) }],
	['challenge', { challenge: new Uint8Array(32).fill(5) }],
	['nonce', { clientNonce: new Uint8Array(16).fill(5) }]
])('a proof does not hold for another %s', (_, other) => {
	expect(verifyProof({ ...input, ...other }, proof, publicKeyOf(seed))).toBe(false);
});

test('a proof does not hold for another key', () => {
	expect(verifyProof(input, proof, publicKeyOf(new Uint8Array(32)))).toBe(false);
});
