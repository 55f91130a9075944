/** What Live and Direct rooms may be, in either plan, and how long the server remembers: docs/PROTOCOL.md §11. */

export const live = {
	/** Lifetimes in seconds: those that are offered, that of who chooses none, and the shortest and the longest of one's own. */
	lifetimesSeconds: [900, 3_600],
	usualSeconds: 3_600,
	leastSeconds: 300,
	mostSeconds: 86_400,
	people: 16
} as const;

/** What a Direct room is, always: docs/PROTOCOL.md §11. */
export const direct = { lifetimeSeconds: 900, people: 2 } as const;

/** What becomes of a Live or Direct room that everybody has left, once two have been in it: it is kept until its time, or ends (`emptyPolicy`). */
export const keepWhenEmpty = 0;
export const endWhenEmpty = 1;

/** For who comes back after a moment: the newest envelopes, none older than this, in memory alone. */
export const ring = { envelopes: 128, ms: 60_000 } as const;
