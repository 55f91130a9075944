/** Sender colours by their number on the wire: docs/PROTOCOL.md §8. Colour is decoration, never identity. */

export const seats = ['clay', 'amber', 'olive', 'fern', 'pine', 'lagoon', 'sky', 'iris', 'plum', 'rose'] as const;
export type Seat = (typeof seats)[number];

/** `null` for the reserved numbers 10 to 15, which are drawn neutral. */
export function seatOf(colour: number): Seat | null {
	return seats[colour] ?? null;
}
