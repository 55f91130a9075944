/** The client's half of a batch of tokens: docs/PROTOCOL.md §16.1, RFC 9497 (VOPRF on ristretto255 with SHA-512). */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import type { Bytes } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import type { PlanName } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import { nonceSize, tokenInput } from '#protocol/tokens';
import type { Random } from './suite.ts';

const { voprf } = ristretto255_oprf;

/** `blinded` (32 bytes) is what the server sees; `blind` and `nonce` (32 bytes each) stay here until the token is made. */
export type Blinded = Pick<Token, 'plan' | 'period' | 'nonce'> & { readonly blind: Bytes; readonly blinded: Bytes };

export type Batch = { readonly plan: PlanName; readonly period: number; readonly count: number };

export function blindTokens({ plan, period, count }: Batch, random: Random): readonly Blinded[] {
	return Array.from({ length: count }, () => {
		const nonce = random(nonceSize);
		const { blind, blinded } = voprf.blind(tokenInput({ plan, period, nonce }), (size) => random(size ?? nonceSize));
		return { plan, period, nonce, blind: new Uint8Array(blind), blinded: new Uint8Array(blinded) };
	});
}

/** The server's answer to the blinded elements, in their order, and the proof for all of them. */
export type Evaluation = { readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array };

/**
 * Throws `TOKEN_PROOF` unless every element was made with the key that belongs to `publicKey` (32 bytes), which is everybody's: a
 * server that used another one for this batch would know its tokens again.
 */
export function finalizeTokens(
	batch: readonly Blinded[],
	{ evaluated, proof }: Evaluation,
	publicKey: Uint8Array
): readonly Token[] {
	// The library would take a shorter batch for all there is.
	if (batch.length === 0 || evaluated.length !== batch.length) throw new ProtocolError('TOKEN_PROOF');
	const items = batch.map(({ plan, period, nonce, blind, blinded }, index) => {
		const element = evaluated[index] ?? new Uint8Array(0);
		return { input: tokenInput({ plan, period, nonce }), blind, blinded, evaluated: element };
	});
	const outputs = finalize(items, publicKey, proof);
	return batch.map(({ plan, period, nonce }, index) => {
		const output = outputs[index];
		if (output === undefined) throw new ProtocolError('TOKEN_PROOF');
		return { plan, period, nonce, output: new Uint8Array(output) };
	});
}

function finalize(...args: Parameters<typeof voprf.finalizeBatch>): readonly Uint8Array[] {
	try {
		return voprf.finalizeBatch(...args);
	} catch {
		// The library's words for bytes that encode no element or scalar, and for a proof that doesn't hold.
		throw new ProtocolError('TOKEN_PROOF');
	}
}
