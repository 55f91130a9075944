/** How much work a batch of free tokens costs just now: docs/PROTOCOL.md §16.4. */

export type Demand = {
	/** A batch was given out. */
	met(): void;
	/** Leading zero bits to ask for: `idle` as long as few come, one more for each doubling beyond that, 10 at the most. */
	bits(idle: number): number;
};

/** Batches in a minute, on average, up to which a process is idle: each takes it about 50 ms. */
export const idlePerMinute = 30;
const mostBits = 10;
/** What was given out counts half after this long, so that a difficulty outlives the challenges that were easier. */
const halfLifeMinutes = 10;
const minuteMs = 60_000;

/**
 * Only batches that were worked for are counted: challenges cost nothing to ask for, and whoever could make the work harder for
 * everybody without doing any would. `now`: unix ms.
 */
export function createDemand({ now }: { readonly now: () => number }): Demand {
	let recent = 0;
	let countedAt = now();
	const count = (): number => {
		const minutes = Math.max(0, now() - countedAt) / minuteMs;
		recent *= 2 ** (-minutes / halfLifeMinutes);
		countedAt = now();
		return recent;
	};
	return {
		met: () => void (recent = count() + 1),
		bits(idle) {
			// At a steady rate r the count comes to r · half-life / ln 2.
			const perMinute = (count() * Math.LN2) / halfLifeMinutes;
			const extra = Math.ceil(Math.log2(Math.max(1, perMinute / idlePerMinute)));
			return Math.max(idle, Math.min(mostBits, idle + extra));
		}
	};
}
