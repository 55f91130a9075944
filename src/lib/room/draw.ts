/** Chance. */

/** Draws a whole number from 0 to `below` − 1. */
export type Draw = (below: number) => number;

/** Even over `below`: numbers of the last, broken stretch of 2³² are drawn anew. */
export const drawSecurely: Draw = (below) => {
	const usable = Math.floor(2 ** 32 / below) * below;
	const drawn = new Uint32Array(1);
	do crypto.getRandomValues(drawn);
	while ((drawn[0] ?? 0) >= usable);
	return (drawn[0] ?? 0) % below;
};
