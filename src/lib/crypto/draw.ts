/** Chance, from the caller's own random bytes. */
import type { Random } from './suite.ts';

/** A number below `limit` (at most 2^16), each with the same chance: what would favour the lower ones is drawn again. */
export function drawBelow(limit: number, random: Random): number {
	const fair = 0x10000 - (0x10000 % limit);
	for (;;) {
		const [high = 0, low = 0] = random(2);
		const value = (high << 8) | low;
		if (value < fair) return value % limit;
	}
}

/** The same things in an order of which each is as likely as any other: Fisher and Yates. */
export function shuffle<Thing>(things: readonly Thing[], random: Random): Thing[] {
	const shuffled: Thing[] = [];
	for (const thing of things) {
		const place = drawBelow(shuffled.length + 1, random);
		const moved = shuffled[place];
		if (moved !== undefined) shuffled.push(moved);
		shuffled[place] = thing;
	}
	return shuffled;
}
