/** How long to wait before the next try. Pure. */
import type { Draw } from './draw.ts';

const firstMs = 250;
const longestMs = 20_000;

/** `tries` failed so far, 0 for the first. Half of it is chance, so that a room doesn't come back in one instant. */
export function backoffMs(tries: number, draw: Draw): number {
	const whole = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 16));
	return Math.round(whole / 2 + (whole / 2) * (draw(1000) / 1000));
}
