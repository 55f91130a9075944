/** Arrays of numbers as parameters. */

/** Postgres' text form of an array of numbers: the driver would take the array for one number of its kind. Cast it where it is used. */
export function arrayOf(values: readonly (bigint | number | null)[]): string {
	return `{${values.map(String).join(',')}}`;
}
