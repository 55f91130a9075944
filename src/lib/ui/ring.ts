/** When a ring changes its colour: UX "Time-left ring" and "Character ring". */

export type Tone = 'calm' | 'warn' | 'danger';

const minuteMs = 60_000;

/** `leftMs` as the ring steps, rounded up. Under a minute danger; under five minutes, or under a tenth of the lifetime, warn. */
export function timeTone(leftMs: number, lifetimeMs: number): Tone {
	if (leftMs <= minuteMs) return 'danger';
	return leftMs <= 5 * minuteMs || leftMs < lifetimeMs / 10 ? 'warn' : 'calm';
}

/** From 20 characters left warn, at none danger. */
export function lengthTone(left: number): Tone {
	if (left <= 0) return 'danger';
	return left <= 20 ? 'warn' : 'calm';
}
