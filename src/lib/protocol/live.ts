/** What a Live room may be, in either plan, and how long its server remembers: docs/PROTOCOL.md §11. */

export const live = {
	/** Lifetimes in seconds: that of who chooses none, and the shortest and the longest that may be chosen. */
	usualSeconds: 3_600,
	leastSeconds: 300,
	mostSeconds: 86_400,
	people: 16
} as const;

/** For who comes back after a moment: the newest envelopes, none older than this, in memory alone. */
export const ring = { envelopes: 128, ms: 60_000 } as const;
