/** Signs blinded tokens without seeing them, and knows them again: docs/PROTOCOL.md §16.1, RFC 9497. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { utf8 } from '#protocol/bytes';
import type { PlanName } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import { nonceSize, outputSize, tokenInput } from '#protocol/tokens';
import { Refusal } from '../errors.ts';
import type { TokenKeys } from './keys.ts';
import { evaluate, isElement, voprf } from './voprf.ts';

const nullifierSize = 16;

/** One element of 32 bytes for each that came, in the same order, and a proof of 64 bytes for all. */
export type Issued = { readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array };

export type Batch = { readonly plan: PlanName; readonly period: number; readonly blinded: readonly Uint8Array[] };

/** Throws `BAD_INPUT` for what is no element of the group, or its identity. */
export function issueTokens(keys: TokenKeys, { plan, period, blinded }: Batch): Issued {
	if (!blinded.every(isElement)) throw new Refusal('BAD_INPUT');
	const { secretKey, publicKey } = keys.key(plan, period);
	return voprf.blindEvaluateBatch(secretKey, publicKey, [...blinded]);
}

/** Throws `TOKEN_INVALID` when this server did not make it. Returns its 16 bytes in the list of those that were used. */
export function redeemToken(keys: TokenKeys, token: Token): Uint8Array {
	if (token.nonce.length !== nonceSize || token.output.length !== outputSize) throw new Refusal('TOKEN_INVALID');
	const input = tokenInput(token);
	const expected = evaluate(keys.key(token.plan, token.period).secretKey, input);
	if (!timingSafeEqual(expected, token.output)) throw new Refusal('TOKEN_INVALID');
	return nullifierOf(input);
}

export function nullifierOf(input: Uint8Array): Uint8Array {
	return createHash('sha256').update(utf8('epr/1/nullifier')).update(input).digest().subarray(0, nullifierSize);
}
