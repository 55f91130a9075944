/** How long a self-destructing message may stay, in seconds from sending: docs/PROTOCOL.md §8. */

export const burnChoices = [10, 60, 300, 3600, 86_400] as const;
export type BurnSeconds = (typeof burnChoices)[number];

/** `null` for any other number. */
export function toBurnSeconds(value: unknown): BurnSeconds | null {
	return burnChoices.find((each) => each === value) ?? null;
}
