/** Free tokens of a server whose seed we can read, made ahead: making one costs as much as redeeming it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nonceSize, periodOf, tokenInput, tokenType } from '#protocol/tokens';
import type { TokenClaim } from '../server/rooms/create.ts';
import { createTokenKeys } from '../server/tokens/keys.ts';
import { evaluate } from '../server/tokens/voprf.ts';

/** `stock` of them are made at once; when they are used up, each when it is asked for. */
export function createTokens(seedFile: string, stock: number): () => TokenClaim {
	const period = periodOf(Date.now());
	const { secretKey } = createTokenKeys(readFileSync(seedFile)).key('free', period);
	const make = (): TokenClaim => {
		const nonce = new Uint8Array(randomBytes(nonceSize));
		const output = new Uint8Array(evaluate(secretKey, tokenInput({ plan: 'free', period, nonce })));
		return { type: tokenType('free'), period, nonce, output };
	};
	const made = Array.from({ length: stock }, make);
	return () => made.pop() ?? make();
}
