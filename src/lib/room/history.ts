/** The room's rows by pages: the newest on entry, older ones on asking, and whatever a broken connection left out. */
import type { Bytes } from '#protocol/bytes';
import { ApiFailure } from '../api/failure.ts';
import type { Row, RowQuery, Transport } from '../transport/transport.ts';
import type { Ledger } from './ledger.ts';
import type { Shelf } from './ports.ts';
import type { Letterbox } from './receive.ts';
import type { RowRange } from './rows.ts';
import type { RoomView } from './view.ts';

export type HistoryPorts = {
	/** `null` while there is no connection. */
	readonly transport: () => Transport | null;
	readonly ledger: Ledger;
	readonly take: (letters: readonly Letterbox[]) => Promise<void>;
	/** Absent: nothing is kept. */
	readonly shelf?: Shelf | undefined;
	/** Otherwise what came before one is nobody's any more, and a row that the server has not may have been lost. */
	readonly keepsRows: boolean;
	readonly wait: (ms: number) => Promise<void>;
	/** What was heard up to this row was asked for before the screen was cleared. */
	readonly stale: (row: number) => void;
	readonly changed: () => void;
	readonly report: (error: unknown) => void;
};

export const pageSize = 50;
/** The server's replay on a resumed feed goes no further back (docs/PROTOCOL.md §10). */
const replaySize = 200;
const laterMs = 1000;

function isOver({ code }: ApiFailure): boolean {
	return code === 'OFFLINE' || code === 'NO_SESSION' || code === 'ROOM_GONE';
}

export class History {
	readonly #ports: HistoryPorts;
	/** The lowest row that is on the screen, or would be: everything from here on is loaded or being loaded. */
	#from = 1;
	#head = 0;
	#older: RoomView['older'] = 'loading';
	#hasCleared = false;
	/** The row up to which the screen is clear; 0 when all may be shown. */
	#clearedTo = 0;
	/** Clearings so far: what was asked for before the newest must not come back by it. */
	#clearings = 0;
	#filling: Promise<void> = Promise.resolve();

	constructor(ports: HistoryPorts) {
		this.#ports = ports;
	}

	get older(): RoomView['older'] {
		return this.#older;
	}

	/** The highest row that is known to exist. */
	get head(): number {
		return this.#head;
	}

	/** On entry: the room reaches up to here, and nothing of it is loaded. */
	startAt(headSeq: number): void {
		this.#head = headSeq;
		this.#from = headSeq + 1;
		if (!this.#ports.keepsRows) this.#older = 'begin';
	}

	/** The newest page, on entry and when a cleared screen is wanted back. Resolves with the number of rows. */
	loadNewest(): Promise<number> {
		if (!this.#ports.keepsRows) return Promise.resolve(0);
		if (this.#hasCleared) this.#from = this.#head + 1;
		this.#clearedTo = 0;
		this.#set('loading');
		return this.#loadBelow();
	}

	loadOlder(): Promise<number> {
		if (this.#older !== 'more') return Promise.resolve(0);
		this.#set('loading');
		return this.#loadBelow();
	}

	/** Hides what was before: nothing older is offered until `loadNewest`. */
	clear(): void {
		this.#hasCleared = true;
		this.#clearings++;
		this.#clearedTo = this.#head;
		this.#from = this.#head + 1;
		this.#set('begin');
	}

	/** A live row has come; what was skipped before it is fetched. */
	arrived(row: number): void {
		const expected = this.#head + 1;
		this.#head = Math.max(this.#head, row);
		if (row > expected) this.fill({ from: expected, to: row - 1 });
	}

	/** Where a new feed must begin; what it would not replay is fetched beside it. */
	resume(headSeq: number): number {
		const known = this.#ports.ledger.rows.endOf(this.#from);
		this.#head = Math.max(this.#head, known);
		if (headSeq - known <= replaySize) return known;
		this.#head = Math.max(this.#head, headSeq);
		this.fill({ from: known + 1, to: headSeq });
		return headSeq;
	}

	fill(range: RowRange): void {
		this.#filling = this.#filling.then(() => this.#fill(range)).catch(this.#ports.report);
	}

	/** A page as the server holds it, newest of all or below `before`. Throws `ApiFailure`. */
	async rows(before?: number): Promise<readonly Row[]> {
		return (await this.#fetch({ limit: pageSize, asHeld: true, ...(before === undefined ? {} : { before }) })).rows;
	}

	async #loadBelow(): Promise<number> {
		const before = this.#from;
		const clearings = this.#clearings;
		try {
			const { rows, from, shelved } = await this.#pageBelow(before);
			await this.#hear(rows, { from, to: before - 1 }, { how: this.#hasCleared ? 'again' : 'old', shelved });
			if (clearings !== this.#clearings) return 0;
			this.#from = from;
			this.#set(from <= 1 ? 'begin' : 'more');
			return rows.length;
		} catch (error) {
			if (clearings === this.#clearings) this.#set('more');
			if (error instanceof ApiFailure) return 0;
			throw error;
		}
	}

	/** `from`: below it there may be more. */
	async #pageBelow(before: number): Promise<{ readonly rows: readonly Row[]; readonly from: number; readonly shelved: boolean }> {
		const { shelf, transport } = this.#ports;
		if (shelf !== undefined && transport() === null) {
			const kept = await shelf.rows({ before, limit: pageSize });
			return { rows: kept.map((row) => ({ ...row, burnAt: null })), from: kept[0]?.seq ?? before, shelved: true };
		}
		const { rows } = await this.#fetch({ before, limit: pageSize });
		return { rows, from: rows.length < pageSize ? 1 : (rows[0]?.seq ?? 1), shelved: false };
	}

	async #fill(range: RowRange): Promise<void> {
		for (let missing = this.#missing(range); missing !== null; missing = this.#missing(range)) {
			try {
				const { rows } = await this.#fetch({ after: missing.from - 1, before: missing.to + 1, limit: pageSize });
				const to = rows.length < pageSize ? missing.to : (rows[rows.length - 1]?.seq ?? missing.to);
				await this.#hear(rows, { from: missing.from, to }, { how: 'old', shelved: false });
			} catch (error) {
				if (!(error instanceof ApiFailure)) throw error;
				// Without a connection there is nothing to ask: the next feed begins where the gap does.
				if (this.#ports.transport() === null || isOver(error)) return;
				await this.#ports.wait(laterMs);
			}
		}
	}

	#missing(range: RowRange): RowRange | null {
		return this.#ports.ledger.rows.missing(range);
	}

	#fetch(query: RowQuery): ReturnType<Transport['history']> {
		const transport = this.#ports.transport();
		return transport === null ? Promise.reject(new ApiFailure('OFFLINE')) : transport.history(query);
	}

	/** Where it keeps them, a number that the server has no row for was burned: control takes none (docs/PROTOCOL.md §8). */
	async #hear(
		rows: readonly Row[],
		range: RowRange,
		{ how, shelved }: Pick<Letterbox, 'how'> & { shelved: boolean }
	): Promise<void> {
		const { ledger, take, keepsRows } = this.#ports;
		const kept = rows.filter((row): row is Row & { readonly env: Bytes } => row.env !== null);
		await take(kept.map(({ seq, ...row }) => ({ ...row, row: seq, connection: null, how, shelved })));
		if (range.from <= this.#clearedTo) this.#ports.stale(this.#clearedTo);
		const present = new Set(kept.map((row) => row.seq));
		if (!keepsRows) return ledger.rows.add(range);
		const burnedFrom = Math.max(range.from, range.to - replaySize);
		for (let row = burnedFrom; row <= range.to; row++) if (!present.has(row) && !ledger.rows.has(row)) ledger.hearBurned(row);
		if (!shelved) this.#keepHoles({ from: burnedFrom, to: range.to }, present);
		ledger.rows.add(range);
	}

	/** So that what lies on both sides of them can be read without a server. */
	#keepHoles({ from, to }: RowRange, present: ReadonlySet<number>): void {
		const all = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
		const holes = all.filter((row) => !present.has(row));
		if (holes.length > 0) this.#ports.shelf?.keep(holes.map((seq) => ({ seq, t: 0, env: null })));
	}

	#set(older: RoomView['older']): void {
		this.#older = older;
		this.#ports.changed();
	}
}
