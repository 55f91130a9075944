/** How far a derivation is, as far as anybody can tell: Argon2id says nothing before it is done. */

/** What a phone of some years takes. */
export const firstGuessMs = 1200;

/** Straight to nine tenths at the expected time, then ever slower; below 1 always. */
export function estimateProgress(elapsedMs: number, expectedMs: number): number {
	const share = Math.max(0, elapsedMs) / expectedMs;
	return share <= 1 ? share * 0.9 : Math.min(0.99, 1 - 0.1 * Math.exp(1 - share));
}
