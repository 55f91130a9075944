/** What the server's one thread spends on a token that opens a room: the computing alone, in this process. */
import { randomBytes } from 'node:crypto';
import { nonceSize, periodOf, tokenInput } from '#protocol/tokens';
import type { Token } from '#protocol/tokens';
import { redeemToken } from '../server/tokens/issue.ts';
import { createTokenKeys } from '../server/tokens/keys.ts';
import { evaluate } from '../server/tokens/voprf.ts';
import { median } from './statistics.ts';

/** In milliseconds. */
export const wantedRedeemMs = 3;

/** The median of `count` tokens, in milliseconds. */
export function measureRedeem(count: number): number {
	const keys = createTokenKeys(randomBytes(32));
	const period = periodOf(Date.now());
	const { secretKey } = keys.key('free', period);
	const tokens = Array.from({ length: count }, (): Token => {
		const made = { plan: 'free', period, nonce: new Uint8Array(randomBytes(nonceSize)) } as const;
		return { ...made, output: new Uint8Array(evaluate(secretKey, tokenInput(made))) };
	});
	return median(
		tokens.map((token) => {
			const begun = performance.now();
			redeemToken(keys, token);
			return performance.now() - begun;
		})
	);
}
