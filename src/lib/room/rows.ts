/** Which of the server's numbers this page has seen, as ranges. Pure. Both ends of a range belong to it. */

export type RowRange = { readonly from: number; readonly to: number };

export class Rows {
	/** Ascending, never touching. */
	#ranges: readonly RowRange[] = [];

	/** The highest number seen; 0 when none was. */
	get last(): number {
		return this.#ranges[this.#ranges.length - 1]?.to ?? 0;
	}

	/** The last of the numbers that were seen without a break from `row` on; `row` − 1 when it wasn't seen itself. */
	endOf(row: number): number {
		return this.#ranges.find((each) => each.from <= row && row <= each.to)?.to ?? row - 1;
	}

	add(range: RowRange): void {
		if (range.to < range.from) return;
		let { from, to } = range;
		const apart: RowRange[] = [];
		for (const each of this.#ranges) {
			if (each.to < from - 1 || each.from > to + 1) apart.push(each);
			else {
				from = Math.min(from, each.from);
				to = Math.max(to, each.to);
			}
		}
		this.#ranges = [...apart, { from, to }].sort((a, b) => a.from - b.from);
	}

	has(row: number): boolean {
		return this.covers({ from: row, to: row });
	}

	/** An empty range is always covered. */
	covers(range: RowRange): boolean {
		if (range.to < range.from) return true;
		return this.#ranges.some((each) => each.from <= range.from && range.to <= each.to);
	}

	/** The newest stretch inside `range` that was never seen; `null` when all of it was. */
	missing(range: RowRange): RowRange | null {
		if (range.to < range.from) return null;
		let to = range.to;
		for (const each of [...this.#ranges].reverse()) {
			if (each.from > to) continue;
			if (each.to < to) return { from: Math.max(range.from, each.to + 1), to };
			to = each.from - 1;
			if (to < range.from) return null;
		}
		return to < range.from ? null : { from: range.from, to };
	}
}
