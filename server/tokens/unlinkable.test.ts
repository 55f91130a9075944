/** What whoever signs tokens sees of it, beside what whoever redeems them sees: nothing of the one is in the other. */
import { randomBytes } from 'node:crypto';
import { ristretto255_hasher } from '@noble/curves/ed25519.js';
import type { Bytes } from '#protocol/bytes';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { periodOf, tokenInput } from '#protocol/tokens';
import { expect, test } from 'vitest';
import { issueTokens, nullifierOf, redeemToken } from './issue.ts';
import { createTokenKeys } from './keys.ts';
import { testTokenKeys } from './testing.ts';
import { voprf } from './voprf.ts';

const isLong = process.env.LONG !== undefined;
const transcripts = isLong ? 1_000 : 60;
const batchSize = 15;
const timeout = 300_000;
const period = periodOf(Date.now());
const plan = 'free';
const { secretKey, publicKey } = testTokenKeys.key(plan, period);

/** A person's side of a batch. */
function blindBatch(count: number, nonces = Array.from({ length: count }, () => new Uint8Array(randomBytes(32)))) {
	return nonces.map((nonce) => {
		const input = tokenInput({ plan, period, nonce });
		return { nonce, input, ...voprf.blind(input) };
	});
}

function finish(wishes: ReturnType<typeof blindBatch>, { evaluated, proof }: ReturnType<typeof issueTokens>, key = publicKey) {
	const items = wishes.map((wish, index) => ({ ...wish, evaluated: evaluated[index] ?? new Uint8Array() }));
	return voprf.finalizeBatch(items, key, proof);
}

const groupTag = concat(utf8('HashToGroup-OPRFV1-'), Uint8Array.of(1), utf8('-ristretto255-SHA512'));

type Redeemed = { readonly nonce: Bytes; readonly output: Bytes };

/** All that the server can come to with a redeemed token, its key included. */
function seenAtRedemption({ nonce, output }: Redeemed): readonly Uint8Array[] {
	const input = tokenInput({ plan, period, nonce });
	const element = ristretto255_hasher.hashToCurve(input, { DST: groupTag }).toBytes();
	const { evaluated } = voprf.blindEvaluate(secretKey, publicKey, element);
	return [nonce, output, element, evaluated, nullifierOf(input)];
}

/** As long as chance does not make two alike: 64 bits. */
const pieceSize = 8;

function* pieces(bytes: Uint8Array): Generator<string> {
	for (let at = 0; at + pieceSize <= bytes.length; at++) yield toHex(bytes.subarray(at, at + pieceSize));
}

test(
	`in ${transcripts} transcripts no eight bytes of an issue are in a redemption, and no two blinds are alike`,
	{ timeout },
	() => {
		const issued = new Set<string>();
		const [blinds, elements] = [new Set<string>(), new Set<string>()];
		const tokens: Redeemed[] = [];
		while (tokens.length < transcripts) {
			const wishes = blindBatch(Math.min(batchSize, transcripts - tokens.length));
			const answer = issueTokens(testTokenKeys, { plan, period, blinded: wishes.map(({ blinded }) => blinded) });
			for (const bytes of [...wishes.map(({ blinded }) => blinded), ...answer.evaluated, answer.proof]) {
				for (const piece of pieces(bytes)) issued.add(piece);
			}
			for (const { blind, blinded } of wishes) {
				blinds.add(toHex(blind));
				elements.add(toHex(blinded));
			}
			const outputs = finish(wishes, answer);
			for (const [index, { nonce }] of wishes.entries()) tokens.push({ nonce, output: new Uint8Array(outputs[index] ?? []) });
		}
		expect([blinds.size, elements.size]).toEqual([transcripts, transcripts]);
		for (const token of tokens) {
			redeemToken(testTokenKeys, { plan, period, ...token });
			const alike = seenAtRedemption(token).flatMap((bytes) => [...pieces(bytes)].filter((piece) => issued.has(piece)));
			expect(alike).toEqual([]);
		}
	}
);

test('whoever signs sees another element each time, though it is for the same token', () => {
	const nonce = new Uint8Array(randomBytes(32));
	const wishes = blindBatch(
		20,
		Array.from({ length: 20 }, () => nonce)
	);
	expect(new Set(wishes.map(({ blinded }) => toHex(blinded))).size).toBe(20);
	const answer = issueTokens(testTokenKeys, { plan, period, blinded: wishes.map(({ blinded }) => blinded) });
	expect(new Set(finish(wishes, answer).map(toHex)).size).toBe(1);
});

test('a key that is one person’s own is noticed: alone, for one token of a batch, and under a proof of its own', () => {
	const own = createTokenKeys(new Uint8Array(32).fill(66));
	const wishes = blindBatch(3);
	const blinded = wishes.map((wish) => wish.blinded);
	const answer = issueTokens(own, { plan, period, blinded });
	expect(() => finish(wishes, answer)).toThrow('proof verification failed');
	const honest = issueTokens(testTokenKeys, { plan, period, blinded });
	const mixed = { ...honest, evaluated: [...honest.evaluated.slice(0, 2), ...answer.evaluated.slice(2)] };
	expect(() => finish(wishes, mixed)).toThrow('proof verification failed');
	expect(() => finish(wishes, { ...answer, proof: honest.proof })).toThrow('proof verification failed');
	expect(finish(wishes, honest)).toHaveLength(3);
});

test('a batch in another order, of another plan’s key or of another month’s is noticed', () => {
	const wishes = blindBatch(3);
	const blinded = wishes.map((wish) => wish.blinded);
	const honest = issueTokens(testTokenKeys, { plan, period, blinded });
	expect(() => finish(wishes, { ...honest, evaluated: honest.evaluated.toReversed() })).toThrow('proof verification failed');
	for (const other of [
		{ plan: 'pro', period },
		{ plan, period: period + 1 }
	] as const) {
		expect(() => finish(wishes, issueTokens(testTokenKeys, { ...other, blinded }))).toThrow('proof verification failed');
	}
});
