import { randomBytes } from 'node:crypto';
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { keyInfo, periodOf, tokenInput } from '#protocol/tokens';
import { nullifierOf, redeemToken } from './issue.ts';
import rfc from './rfc9497.json' with { type: 'json' };
import { evaluate, isElement, voprf } from './voprf.ts';
import vectors from '../../src/lib/crypto/vectors/epr1.json' with { type: 'json' };

const [secretKey, publicKey] = [fromHex(rfc.secretKey), fromHex(rfc.publicKey)];

/** Randomness that makes the library choose this scalar: it takes 48 bytes, little-endian, modulo the group's order less one, and adds one. */
function choosing(scalar: string): (size?: number) => Uint8Array {
	return (size = 48) => {
		const bytes = concat(fromHex(scalar), new Uint8Array(size - 32));
		bytes[0] = (bytes[0] ?? 0) - 1;
		return bytes;
	};
}

describe('RFC 9497, A.1.2', () => {
	test('the key pair comes out of its seed', () => {
		const pair = voprf.deriveKeyPair(fromHex(rfc.seed), fromHex(rfc.keyInfo));
		expect([toHex(pair.secretKey), toHex(pair.publicKey)]).toEqual([rfc.secretKey, rfc.publicKey]);
	});

	test.each(rfc.vectors)('vector $name', ({ items, random, proof }) => {
		for (const { input, blind, blinded } of items) {
			const made = voprf.blind(fromHex(input), choosing(blind));
			expect([toHex(made.blind), toHex(made.blinded)]).toEqual([blind, blinded]);
		}
		const elements = items.map(({ blinded }) => fromHex(blinded));
		const issued = voprf.blindEvaluateBatch(secretKey, publicKey, elements, choosing(random));
		expect(issued.evaluated.map(toHex)).toEqual(items.map(({ evaluated }) => evaluated));
		expect(toHex(issued.proof)).toBe(proof);
		const bytes = items.map(({ input, blind, blinded, evaluated }) => ({
			input: fromHex(input),
			blind: fromHex(blind),
			blinded: fromHex(blinded),
			evaluated: fromHex(evaluated)
		}));
		const outputs = items.map(({ output }) => output);
		expect(voprf.finalizeBatch(bytes, publicKey, issued.proof).map(toHex)).toEqual(outputs);
		expect(items.map(({ input }) => toHex(evaluate(secretKey, fromHex(input))))).toEqual(outputs);
	});
});

test('vector T1: key, output and nullifier', () => {
	const t1 = vectors.vectors.find((vector) => vector.id === 'T1-token');
	if (t1?.seed === undefined || t1.input === undefined) throw new Error('test: expected vector T1');
	const period = periodOf(Date.UTC(2026, 10));
	const input = fromHex(t1.input);
	const nonce = input.subarray(-32);
	expect(new TextDecoder().decode(keyInfo('free', period))).toBe(t1.keyInfo);
	expect(toHex(tokenInput({ plan: 'free', period, nonce }))).toBe(t1.input);
	const key = voprf.deriveKeyPair(fromHex(t1.seed), keyInfo('free', period));
	expect(toHex(key.publicKey)).toBe(t1.publicKey);
	expect(toHex(evaluate(key.secretKey, input))).toBe(t1.output);
	expect(toHex(nullifierOf(input))).toBe(t1.nullifier);
	const token = { plan: 'free', period, nonce, output: fromHex(t1.output ?? '') } as const;
	expect(toHex(redeemToken({ key: () => key }, token))).toBe(t1.nullifier);
});

test('both libraries come to the same outputs, for inputs of every length', () => {
	// The library has the function in this mode too; its types leave it out.
	const { evaluate: other } = ristretto255_oprf.voprf as typeof voprf & { evaluate: typeof evaluate };
	for (let size = 0; size < 300; size += 7) {
		const { secretKey: key } = voprf.generateKeyPair();
		const input = randomBytes(size);
		expect(toHex(evaluate(key, input))).toBe(toHex(other(key, input)));
	}
});

/** 2^255 − 19, the field's order, little-endian: zero in bytes that are not its own. */
const fieldOrder = concat(Uint8Array.of(0xed), new Uint8Array(30).fill(0xff), Uint8Array.of(0x7f));

test.each<[string, Uint8Array]>([
	['the identity', new Uint8Array(32)],
	['zero, written otherwise', fieldOrder],
	['a negative number', concat(Uint8Array.of(1), new Uint8Array(31))],
	['nothing on the curve', concat(Uint8Array.of(0x02), new Uint8Array(31))],
	['only ones', new Uint8Array(32).fill(0xff)],
	['31 bytes', voprf.blind(utf8('x')).blinded.subarray(1)],
	['33 bytes', concat(voprf.blind(utf8('x')).blinded, Uint8Array.of(0))],
	['no bytes', new Uint8Array()]
])('%s is no element, for either library', (_, bytes) => {
	expect(isElement(bytes)).toBe(false);
	expect(() => voprf.blindEvaluate(secretKey, publicKey, bytes)).toThrow();
});

test('of random bytes both libraries take the same for elements', () => {
	const taken = Array.from({ length: 300 }, () => {
		const bytes = new Uint8Array(randomBytes(32));
		bytes[0] = (bytes[0] ?? 0) & 0xfe;
		bytes[31] = (bytes[31] ?? 0) & 0x7f;
		let other = true;
		try {
			voprf.blindEvaluate(secretKey, publicKey, bytes);
		} catch {
			other = false;
		}
		expect(isElement(bytes)).toBe(other);
		return other;
	});
	expect(new Set(taken).size).toBe(2);
});
