/**
 * What one device knows of the order of a room's messages: exactly once, nothing missing unseen, nobody in two minds. Rules of
 * docs/PROTOCOL.md §10. Pure: times (`now`) are monotonic milliseconds and come in from outside.
 */
import type { Seen } from '../vault/calls.ts';
import { Rows } from './rows.ts';
import type { RowRange } from './rows.ts';

export type Heard = {
	/** Lower-case hex. */
	readonly sender: string;
	readonly fp: string;
	readonly seq: number;
	readonly prev: string;
	readonly chain: string;
	/** The server's number. */
	readonly row: number;
	readonly id: string;
};

export type Verdict =
	| { readonly is: 'duplicate' }
	| {
			readonly is: 'new';
			/** An earlier row of this sender bears a later number. */
			readonly late: boolean;
			/** It doesn't follow the one before, or the one after doesn't follow it. */
			readonly fork: boolean;
			/** Ids of other messages under the same number. Not empty: the sender is in two minds. */
			readonly twins: readonly string[];
	  };

/** What is missing of a sender. `gone`: the server has burned that many; `missing`: nobody accounts for them. */
export type Gap = { readonly fp: string; readonly missing: number; readonly gone: number };

export const gapPatienceMs = 10_000;
/** Claims heard this soon after joining say what was before, not what is missing. */
export const settleMs = 10_000;
const maxSeen = 16;
const noChain = '0'.repeat(64);

type Entry = { readonly id: string; readonly prev: string; readonly chain: string; readonly row: number };
/** Numbers that were never heard. `quiet`: known only by a claim that may not alarm. `since`: when it was found or last excused. */
type Hole = { readonly from: number; readonly to: number; readonly since: number; readonly quiet: boolean };

class Sender {
	readonly fp: string;
	readonly entries = new Map<number, readonly Entry[]>();
	/** Ascending, apart from each other or touching. */
	holes: readonly Hole[] = [];
	/** The highest number heard or claimed. */
	top = 0;
	lastActive = 0;
	highest = 0;
	newestRow = 0;
	oldestRow = Infinity;

	constructor(fp: string) {
		this.fp = fp;
	}

	/** The highest number without a hole, counted from the first that is known. */
	unbroken(): number {
		const bottom = this.holes.find((hole) => hole.from === 1);
		const start = bottom === undefined ? 1 : bottom.to + 1;
		const hole = this.holes.find((each) => each.from > start);
		return hole === undefined ? this.top : hole.from - 1;
	}

	isLate(heard: Heard): boolean {
		if (heard.row > this.newestRow) return heard.seq < this.highest;
		if (heard.row < this.oldestRow) return false;
		return [...this.entries].some(([seq, entries]) => seq > heard.seq && entries.some((entry) => entry.row < heard.row));
	}

	note({ seq, row }: Heard, now: number): void {
		this.highest = Math.max(this.highest, seq);
		this.newestRow = Math.max(this.newestRow, row);
		this.oldestRow = Math.min(this.oldestRow, row);
		this.lastActive = now;
		if (seq > this.top) this.claim(seq - 1, now, false);
		if (seq > this.top) this.top = seq;
		else this.holes = this.holes.flatMap((hole) => splitHole(hole, seq));
	}

	/** Somebody says that this number exists: what lies between is missing. */
	claim(seq: number, now: number, quiet: boolean): void {
		if (seq <= this.top) return;
		this.holes = [...this.holes, { from: this.top + 1, to: seq, since: now, quiet }];
		this.top = seq;
	}

	/** The rows in which a hole's messages would have to lie; `null` when nothing after it was heard, only claimed. */
	rowsAround(hole: Hole): RowRange | null {
		let above = hole.to + 1;
		for (const each of this.holes) if (each.from === above) above = each.to + 1;
		const last = this.#rowOf(above);
		return last === null ? null : { from: this.#rowBelow(hole) + 1, to: last - 1 };
	}

	/** The same, without an end when nothing after it was heard. */
	rowsFrom(hole: Hole): RowRange {
		return this.rowsAround(hole) ?? { from: this.#rowBelow(hole) + 1, to: Infinity };
	}

	#rowBelow(hole: Hole): number {
		let below = hole.from - 1;
		for (const each of [...this.holes].reverse()) if (each.to === below) below = each.from - 1;
		return this.#rowOf(below) ?? 0;
	}

	#rowOf(seq: number): number | null {
		return this.entries.get(seq)?.[0]?.row ?? null;
	}
}

function sizeOf(hole: Hole): number {
	return hole.to - hole.from + 1;
}

function splitHole(hole: Hole, seq: number): readonly Hole[] {
	if (seq < hole.from || seq > hole.to) return [hole];
	const parts = [
		{ ...hole, to: seq - 1 },
		{ ...hole, from: seq + 1 }
	];
	return parts.filter((part) => part.from <= part.to);
}

export class Ledger {
	readonly rows = new Rows();
	readonly #joinedAt: number;
	/** By key, once heard. */
	readonly #senders = new Map<string, Sender>();
	/** By fingerprint, as claims name them; the first key that bears it. */
	readonly #byFp = new Map<string, Sender>();
	readonly #controls = new Map<string, number>();
	/** Fps of those who had sent nothing when they came. */
	readonly #newcomers = new Set<string>();
	readonly #burned = new Set<number>();
	/** Rows whose messages were read: whatever burns there later accounts for nobody else's hole. */
	readonly #read = new Set<number>();
	/** Rows that are for others to read, until they have stood for a number that was never heard. */
	readonly #hidden = new Set<number>();

	constructor(joinedAt: number) {
		this.#joinedAt = joinedAt;
	}

	hear(heard: Heard, now: number): Verdict {
		const sender = this.#senderOf(heard);
		this.#read.add(heard.row);
		const known = sender.entries.get(heard.seq) ?? [];
		if (known.some((entry) => entry.chain === heard.chain)) return { is: 'duplicate' };
		const late = sender.isLate(heard);
		const { id, prev, chain, row } = heard;
		sender.entries.set(heard.seq, [...known, { id, prev, chain, row }]);
		sender.note(heard, now);
		this.#forgive(sender, (hole) => hole.from > 1 && sender.rowsAround(hole) !== null);
		return { is: 'new', late, fork: isFork(sender, heard), twins: known.map((entry) => entry.id) };
	}

	/** `false`: a replay, to be dropped. The numbers of control messages only rise. */
	hearControl(sender: string, seq: number): boolean {
		if (seq <= (this.#controls.get(sender) ?? 0)) return false;
		this.#controls.set(sender, seq);
		return true;
	}

	/** Their first word of all: whatever is claimed of them later has been sent since. */
	hearNewcomer(fp: string): void {
		this.#newcomers.add(fp);
	}

	/** The `seen` list of a verified message. `old`: read in rows from before this device joined. */
	hearSeen(seen: readonly Seen[], now: number, old: boolean): void {
		for (const { fp, seq } of seen) {
			const sender = this.#byFp.get(fp);
			const early = old || now - this.#joinedAt < settleMs;
			const quiet = early || (sender === undefined && !this.#newcomers.has(fp) && !this.#hasWholeRoom());
			(sender ?? this.#newSender(fp)).claim(seq, now, quiet);
		}
	}

	/** This row is for others to read: it may be any one message that is missing here, and forgives one. */
	hearHidden(row: number): void {
		this.#hidden.add(row);
	}

	/** The server says that this row was burned: it can't be read, and it is no gap. */
	hearBurned(row: number): void {
		this.#burned.add(row);
	}

	isBurned(row: number): boolean {
		return this.#burned.has(row);
	}

	/** What has burned, and what has been missing for 10 s with every row between loaded, by sender. */
	gaps(now: number): readonly Gap[] {
		const gaps: Gap[] = [];
		for (const sender of this.#all()) {
			sender.holes = sender.holes.map((hole) => this.#excuse(sender, hole, now));
			this.#forgive(sender, (hole) => this.#isDue(sender, hole, now));
			const due = sender.holes.filter((hole) => this.#isDue(sender, hole, now));
			const whole = due.reduce((sum, hole) => sum + sizeOf(hole), 0);
			const gone = due.reduce((sum, hole) => sum + this.#goneOf(sender, hole), 0);
			if (whole > 0) gaps.push({ fp: sender.fp, missing: whole - gone, gone });
		}
		return gaps;
	}

	/** For the next message: per sender the highest number without a hole, the 16 most recently active, ascending by `fp`. */
	seen(): readonly Seen[] {
		return [...this.#all()]
			.filter((sender) => sender.entries.size > 0)
			.sort((a, b) => b.lastActive - a.lastActive)
			.slice(0, maxSeen)
			.map((sender) => ({ fp: sender.fp, seq: sender.unbroken() }))
			.filter(({ seq }) => seq > 0)
			.sort((a, b) => (a.fp < b.fp ? -1 : 1));
	}

	#senderOf({ sender, fp }: Heard): Sender {
		const known = this.#senders.get(sender);
		if (known !== undefined) return known;
		const claimed = this.#byFp.get(fp);
		// A second key with the same fingerprint is somebody else.
		const fresh = claimed === undefined ? this.#newSender(fp) : claimed.entries.size === 0 ? claimed : new Sender(fp);
		this.#senders.set(sender, fresh);
		return fresh;
	}

	#newSender(fp: string): Sender {
		const sender = new Sender(fp);
		this.#byFp.set(fp, sender);
		return sender;
	}

	#all(): Set<Sender> {
		return new Set([...this.#byFp.values(), ...this.#senders.values()]);
	}

	#hasWholeRoom(): boolean {
		return this.rows.covers({ from: 1, to: this.rows.last });
	}

	/** While rows between the neighbours are still to be loaded, the hole's time has not begun. */
	#excuse(sender: Sender, hole: Hole, now: number): Hole {
		const around = sender.rowsAround(hole);
		return around === null || this.rows.covers(around) ? hole : { ...hole, since: now };
	}

	/** What lies below the first number that is known is asked for nothing until it would be told: others may need their rows. */
	#forgive(sender: Sender, which: (hole: Hole) => boolean): void {
		if (this.#hidden.size === 0) return;
		sender.holes = sender.holes.flatMap((hole) => {
			if (!which(hole)) return [hole];
			const around = sender.rowsFrom(hole);
			const rows = [...this.#hidden].filter((row) => row >= around.from && row <= around.to).slice(0, sizeOf(hole));
			for (const row of rows) this.#hidden.delete(row);
			return rows.length === sizeOf(hole) ? [] : [{ ...hole, from: hole.from + rows.length }];
		});
	}

	/** What the server accounts for is waited for no longer. */
	#isDue(sender: Sender, hole: Hole, now: number): boolean {
		const around = sender.rowsAround(hole);
		if (now - hole.since >= gapPatienceMs) return !(hole.quiet && around === null);
		return around !== null && this.rows.covers(around) && this.#goneOf(sender, hole) === sizeOf(hole);
	}

	#goneOf(sender: Sender, hole: Hole): number {
		return Math.min(sizeOf(hole), this.#burnedIn(sender.rowsAround(hole)));
	}

	#burnedIn(range: RowRange | null): number {
		if (range === null) return 0;
		let count = 0;
		for (const row of this.#burned) if (row >= range.from && row <= range.to && !this.#read.has(row)) count++;
		return count;
	}
}

function isFork(sender: Sender, heard: Heard): boolean {
	if (heard.seq === 1) return heard.prev !== noChain || breaksNext(sender, heard);
	const before = sender.entries.get(heard.seq - 1);
	const breaks = before !== undefined && !before.some((entry) => entry.chain === heard.prev);
	return breaks || breaksNext(sender, heard);
}

function breaksNext(sender: Sender, { seq }: Heard): boolean {
	const own = sender.entries.get(seq) ?? [];
	const next = sender.entries.get(seq + 1) ?? [];
	return next.some((entry) => !own.some((each) => each.chain === entry.prev));
}
