/** For tests: keys that every server of a test has, and tokens made with them, as many as one likes. */
import { randomBytes } from 'node:crypto';
import type { PlanName } from '#protocol/plans';
import { nonceSize, periodOf, tokenInput, tokenType } from '#protocol/tokens';
import { createTokenKeys } from './keys.ts';
import { evaluate } from './voprf.ts';

export const testTokenKeys = createTokenKeys(new Uint8Array(32).fill(7));

/** Good and unused, unless `keys` or `period` say otherwise. */
export function testToken({ plan = 'free', period = periodOf(Date.now()), keys = testTokenKeys }: Partial<Wanted> = {}) {
	const nonce = new Uint8Array(randomBytes(nonceSize));
	const output = evaluate(keys.key(plan, period).secretKey, tokenInput({ plan, period, nonce }));
	return { type: tokenType(plan), period, nonce, output: new Uint8Array(output) };
}

type Wanted = { readonly plan: PlanName; readonly period: number; readonly keys: typeof testTokenKeys };
