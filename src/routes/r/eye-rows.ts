/** What Server's eye view shows of rows while they lie there. Pure. */
import type { ServerRow } from '$lib/room/view';

/** Rows whose time has passed since they were fetched keep nothing that burns. What the server holds by now is not known here. */
export function withoutDue(rows: readonly ServerRow[], now: number): readonly ServerRow[] {
	return rows.some((row) => isDue(row, now)) ? rows.map((row) => (isDue(row, now) ? emptied(row) : row)) : rows;
}

function isDue({ burnAt, ciphertext }: ServerRow, now: number): boolean {
	return ciphertext !== undefined && burnAt !== undefined && burnAt <= now;
}

function emptied({ seq, arrivedAt, size, burnAt }: ServerRow): ServerRow {
	return { seq, arrivedAt, size, ...(burnAt !== undefined && { burnAt }) };
}
