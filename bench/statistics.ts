/** The few statistics that the bench needs. Pure. */

/** The middle value; for an even count the mean of the two in the middle. Throws when there is none. */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const upper = sorted[Math.floor(sorted.length / 2)];
	const lower = sorted[Math.floor((sorted.length - 1) / 2)];
	if (upper === undefined || lower === undefined) throw new Error('median: expected a value, got none');
	return (lower + upper) / 2;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed: nearest rank. Throws when there is none. */
export function percentile(values: readonly number[], share: number): number {
	const sorted = Float64Array.from(values).sort();
	const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
	if (value === undefined) throw new Error('percentile: expected a value, got none');
	return value;
}
