/**
 * Numbers for what is said in Live rooms: docs/PROTOCOL.md §10. A room's row gives them in blocks, ahead of need, so that nearly
 * nothing that is only passed on waits for the disk, and the disk learns only every hundred messages or so that somebody speaks.
 * What a process had left when it ended is never given: a room's numbers only ever rise, and may have a hole there.
 */
import type { RoomHandle } from '../access/session.ts';
import type { Database } from '../db/client.ts';
import type { Bus } from '../fanout/bus.ts';

type Room = Pick<RoomHandle, 'id' | 'ref' | 'expiresAt'>;

export type Numbers = {
	/** The next ones, in order; fewer than `count` for a room that is over. For one room to be called again only when it has resolved. */
	take(room: Room, count: number): Promise<readonly number[]>;
	/**
	 * The highest that was given in the room, or will never be given; `null` when this process has asked for none: then the room's
	 * row says it, which must have been read before.
	 */
	head(room: Pick<Room, 'id'>): Promise<number | null>;
};

/** With half of them given the next ones are asked for. */
export const blockSize = 128;

type Block = { next: number; readonly end: number };

class Counter {
	readonly #raise: (by: number) => Promise<Block | null>;
	#blocks: readonly Block[] = [];
	#head: number | null = null;
	#asking: Promise<void> | null = null;
	#isOver = false;

	constructor(raise: (by: number) => Promise<Block | null>) {
		this.#raise = raise;
	}

	async head(): Promise<number | null> {
		// What it will bring is in the row already, and not given.
		if (this.#head === null) await this.#asking?.catch(() => undefined);
		return this.#head;
	}

	/** Has `count` to give when it resolves, unless the room is over. */
	async provide(count: number): Promise<void> {
		for (let before = -1; this.#left < count && this.#left > before;) {
			before = this.#left;
			await this.#ask(count);
		}
	}

	provideAhead(): void {
		// Whoever runs out of them asks again, and is told what is wrong.
		if (this.#left < blockSize / 2) this.#ask(0).catch(() => undefined);
	}

	next(): number | null {
		const [block] = this.#blocks;
		if (block === undefined) return null;
		this.#head = block.next++;
		if (block.next === block.end) this.#blocks = this.#blocks.slice(1);
		return this.#head;
	}

	/** Gives nothing any more. */
	end(): void {
		this.#isOver = true;
		this.#blocks = [];
	}

	get #left(): number {
		return this.#blocks.reduce((sum, { next, end }) => sum + end - next, 0);
	}

	/** One at a time, so that the higher numbers come later. */
	#ask(count: number): Promise<void> {
		this.#asking ??= this.#raise(count + blockSize)
			.then((block) => {
				if (block === null || this.#isOver) return;
				this.#head ??= block.next - 1;
				this.#blocks = [...this.#blocks, block];
			})
			.finally(() => (this.#asking = null));
		return this.#asking;
	}
}

type Entry = { readonly counter: Counter; readonly until: number; readonly unsubscribe: () => void };
type NumbersOptions = { readonly db: Database; readonly bus: Bus; readonly now: () => number };

class RoomNumbers implements Numbers {
	readonly #options: NumbersOptions;
	readonly #entries = new Map<bigint, Entry>();

	constructor(options: NumbersOptions) {
		this.#options = options;
	}

	async take(room: Room, count: number): Promise<readonly number[]> {
		const { counter } = this.#entries.get(room.id) ?? this.#begin(room);
		await counter.provide(count);
		const taken = Array.from({ length: count }, () => counter.next()).filter((number) => number !== null);
		if (taken.length === count) counter.provideAhead();
		return taken;
	}

	head({ id }: Pick<Room, 'id'>): Promise<number | null> {
		return this.#entries.get(id)?.counter.head() ?? Promise.resolve(null);
	}

	#begin({ id, ref, expiresAt }: Room): Entry {
		const { db, bus, now } = this.#options;
		// Those that another process has ended.
		for (const [other, { until }] of this.#entries) if (until <= now()) this.#drop(other);
		const unsubscribe = bus.subscribe(ref, (event) => {
			if (event.kind === 'gone') this.#drop(id);
		});
		const entry = { counter: new Counter((by) => raise(db, id, by)), until: expiresAt, unsubscribe };
		this.#entries.set(id, entry);
		return entry;
	}

	#drop(id: bigint): void {
		const entry = this.#entries.get(id);
		this.#entries.delete(id);
		entry?.unsubscribe();
		entry?.counter.end();
	}
}

/** Committed when it resolves; `null` for a room that is over. */
async function raise({ sql }: Database, id: bigint, by: number): Promise<Block | null> {
	const [block] = await sql<Block[]>`
		update rooms set next_seq = rooms.next_seq + ${by} where id = ${id} and expires_at > clock_timestamp()
		returning old.next_seq as next, new.next_seq as end`;
	return block ?? null;
}

export function createNumbers(options: NumbersOptions): Numbers {
	return new RoomNumbers(options);
}
