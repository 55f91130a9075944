import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { equalBytes, fromHex, toHex } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import type { Token } from '#protocol/tokens';
import { nonceSize, tokenInput } from '#protocol/tokens';
import type { Issued } from '../../../server/tokens/issue.ts';
import { issueTokens, nullifierOf, redeemToken } from '../../../server/tokens/issue.ts';
import { createTokenKeys } from '../../../server/tokens/keys.ts';
import type { Blinded, Evaluation } from './tokens.ts';
import { blindTokens, finalizeTokens } from './tokens.ts';

const plan = 'free';
const period = 24_322;
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const keys = createTokenKeys(new Uint8Array(32).fill(7));
const others = createTokenKeys(new Uint8Array(32).fill(8));
const publicKey = keys.key(plan, period).publicKey;

const issue = (batch: readonly Blinded[], by = keys): Issued =>
	issueTokens(by, { plan, period, blinded: batch.map(({ blinded }) => blinded) });

function codeOf(attempt: () => unknown): string {
	try {
		attempt();
		return 'OK';
	} catch (error) {
		return error instanceof ProtocolError ? error.code : String(error);
	}
}

test('what is made of a batch opens rooms, each token once over', () => {
	const batch = blindTokens({ plan, period, count: 15 }, random);
	const tokens = finalizeTokens(batch, issue(batch), publicKey);
	expect(tokens).toHaveLength(15);
	const used = new Set(tokens.map((token) => toHex(redeemToken(keys, token))));
	expect(used.size).toBe(15);
});

test('what the server saw of a token is not in it', () => {
	const batch = blindTokens({ plan, period, count: 3 }, random);
	const tokens = finalizeTokens(batch, issue(batch), publicKey);
	const [first] = tokens;
	const seen = batch.map(({ blinded }) => toHex(blinded)).join(' ');
	for (const { nonce, output } of tokens) {
		expect(seen).not.toContain(toHex(nonce));
		expect(seen).not.toContain(toHex(output));
	}
	// The same nonce under another blind is another element to the server, and the same token in the end.
	const again = blindTokens({ plan, period, count: 1 }, (size) =>
		size === nonceSize && first ? new Uint8Array(first.nonce) : random(size)
	);
	expect(batch.every(({ blinded }) => !equalBytes(blinded, again[0]?.blinded ?? blinded))).toBe(true);
	expect(finalizeTokens(again, issue(again), publicKey)[0]?.output).toEqual(first?.output);
});

test('the proof stands for one key, these elements and their order', () => {
	const batch = blindTokens({ plan, period, count: 3 }, random);
	const issued = issue(batch);
	const [a, b, c] = issued.evaluated;
	if (!a || !b || !c) throw new Error('expected three');
	const { proof } = issued;
	const elsewhere = issue(batch, others);
	const flipped = new Uint8Array(proof);
	flipped[0] = (flipped[0] ?? 0) ^ 1;
	const wrong: Readonly<Record<string, Evaluation>> = {
		'another key': elsewhere,
		'one element of another key': { evaluated: [elsewhere.evaluated[0] ?? a, b, c], proof },
		swapped: { evaluated: [b, a, c], proof },
		short: { evaluated: [a, b], proof },
		long: { evaluated: [a, b, c, c], proof },
		none: { evaluated: [], proof },
		'a proof that was changed': { evaluated: [a, b, c], proof: flipped },
		'a short proof': { evaluated: [a, b, c], proof: proof.subarray(1) },
		'the proof of another batch': { evaluated: [a, b, c], proof: issue(blindTokens({ plan, period, count: 3 }, random)).proof },
		'no element': { evaluated: [a, b, new Uint8Array(32).fill(255)], proof },
		'the neutral element': { evaluated: [a, b, new Uint8Array(32)], proof }
	};
	for (const [name, evaluation] of Object.entries(wrong)) {
		expect([name, codeOf(() => finalizeTokens(batch, evaluation, publicKey))]).toEqual([name, 'TOKEN_PROOF']);
	}
	expect(codeOf(() => finalizeTokens(batch, issued, others.key(plan, period).publicKey))).toBe('TOKEN_PROOF');
	expect(codeOf(() => finalizeTokens(batch, issued, new Uint8Array(32)))).toBe('TOKEN_PROOF');
	expect(codeOf(() => finalizeTokens([], { evaluated: [], proof }, publicKey))).toBe('TOKEN_PROOF');
	expect(codeOf(() => finalizeTokens(batch, issued, publicKey))).toBe('OK');
});

test('the vector: input, output and nullifier', () => {
	type File = { readonly vectors: readonly { readonly id: string; readonly input: string; readonly nullifier: string }[] };
	const file = JSON.parse(readFileSync(new URL('vectors/epr1.json', import.meta.url), 'utf8')) as File;
	const vector = file.vectors.find(({ id }) => id === 'T1-token');
	if (vector === undefined) throw new Error('expected T1');
	const input = fromHex(vector.input);
	const token: Pick<Token, 'plan' | 'period' | 'nonce'> = { plan, period, nonce: input.slice(-nonceSize) };
	expect(toHex(tokenInput(token))).toBe(vector.input);
	expect(toHex(nullifierOf(input))).toBe(vector.nullifier);
});
