/** What happens in a room, brought to each of its readers: first who is here, then the backlog, then live. No gap, no double. */
import type { Limits } from '#protocol/limits';
import { closeCodes } from '#protocol/limits';
import { Batch } from './batch.ts';
import type { Bus, RoomEvent } from './bus.ts';
import { Held } from './held.ts';
import type { Outlet } from './outlet.ts';
import { Shredder } from './shredder.ts';

export type ReaderRequest = {
	/** Hex of the room's keyed name. */
	readonly ref: string;
	readonly outlet: Outlet;
	/** The reader has every row up to this one. */
	readonly after: number;
	/** What it is told before anything else. What this publishes itself goes to the others only. */
	readonly first: () => RoomEvent;
	/** Who listens; nothing more is delivered once it has ended. */
	readonly session: { readonly ended: boolean };
	/** What is said here is only passed on: nothing of it stays in memory when it has gone out. */
	readonly passing?: boolean;
	/** Rows above `after`, in order, as they were committed; asked for once the reader stands in the room. */
	readonly backlog: () => Promise<readonly RoomEvent[]>;
};

/** Never yields: the feed writes the frames itself, and tells the outlet when it has ended. `return` leaves the room. */
export type FeedStream = AsyncIterableIterator<never, undefined, undefined>;

export type Feeds = {
	/** Resolves when the backlog is written. What `backlog` throws is passed on, and the reader is out of the room again. */
	open(request: ReaderRequest): Promise<FeedStream>;
	readers(): number;
};

export type FeedsOptions = {
	readonly bus: Bus;
	readonly limits: Pick<Limits, 'bufferedBytes'>;
	/** `frames`: that were written to readers. */
	readonly onDelivered: (frames: number) => void;
	readonly onDropped: () => void;
};

export function createFeeds(options: FeedsOptions): Feeds {
	const rooms = new Map<string, RoomFeed>();
	const shredder = new Shredder();
	const roomOf = (ref: string): RoomFeed => {
		const room = rooms.get(ref) ?? new RoomFeed(options, ref, () => rooms.delete(ref));
		rooms.set(ref, room);
		return room;
	};
	return {
		async open(request) {
			const first = request.first();
			const room = roomOf(request.ref);
			const reader = new Reader(room, request, options, request.passing === true ? shredder : null);
			room.add(reader);
			try {
				const rows = await request.backlog();
				if (request.outlet.calledOff) reader.leave();
				else options.onDelivered(reader.goLive([first, ...rows]));
			} catch (error) {
				reader.leave();
				throw error;
			}
			return reader;
		},
		readers: () => [...rooms.values()].reduce((sum, room) => sum + room.size, 0)
	};
}

class RoomFeed {
	readonly #options: FeedsOptions;
	readonly #readers = new Set<Reader>();
	readonly #unsubscribe: () => void;
	readonly #onEmpty: () => void;
	#pending: RoomEvent[] = [];

	constructor(options: FeedsOptions, ref: string, onEmpty: () => void) {
		this.#options = options;
		this.#onEmpty = onEmpty;
		this.#unsubscribe = options.bus.subscribe(ref, (event) => {
			const isFirst = this.#pending.push(event) === 1;
			// The end is said at once, and nothing after it.
			if (event.kind === 'gone') queueMicrotask(() => this.#flush());
			else if (isFirst) this.#flushSoon();
		});
	}

	get size(): number {
		return this.#readers.size;
	}

	/** What was published before goes to those who were there before. */
	add(reader: Reader): void {
		this.#flush();
		this.#readers.add(reader);
	}

	remove(reader: Reader): void {
		if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
		this.#unsubscribe();
		this.#onEmpty();
	}

	/**
	 * What one commit publishes goes out as one write to each reader, and so does what comes in the next turn of the event loop: a
	 * turn is nothing on a server that has time, and takes as long as it makes sense to wait on one that has none.
	 */
	#flushSoon(): void {
		setImmediate(() => setImmediate(() => this.#flush()));
	}

	#flush(): void {
		if (this.#pending.length === 0) return;
		const batch = new Batch(this.#pending);
		this.#pending = [];
		let delivered = 0;
		for (const reader of this.#readers) delivered += reader.take(batch);
		this.#options.onDelivered(delivered);
	}
}

/** As many as there are people in rooms, and most of them idle: it is small. */
class Reader implements FeedStream {
	readonly #room: RoomFeed;
	readonly #options: FeedsOptions;
	readonly #outlet: Outlet;
	readonly #session: ReaderRequest['session'];
	readonly #shredder: Shredder | null;
	/** The highest row that was written. */
	#last: number;
	/** What came in while the backlog was being read; `null` once the reader is live. */
	#held: Held | null = new Held();
	#over = false;
	#waiting: PromiseWithResolvers<IteratorReturnResult<undefined>> | null = null;

	constructor(room: RoomFeed, { outlet, session, after }: ReaderRequest, options: FeedsOptions, shredder: Shredder | null) {
		this.#room = room;
		this.#outlet = outlet;
		this.#session = session;
		this.#last = after;
		this.#options = options;
		this.#shredder = shredder;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	next(): Promise<IteratorReturnResult<undefined>> {
		this.#waiting ??= Promise.withResolvers();
		if (this.#over) this.#waiting.resolve({ done: true, value: undefined });
		return this.#waiting.promise;
	}

	return(): Promise<IteratorReturnResult<undefined>> {
		this.leave();
		return this.next();
	}

	/** How many frames were written. */
	take(batch: Batch): number {
		// The end of the room ends every session too, and is said all the same.
		if (this.#session.ended && !batch.gone) return this.#end();
		if (this.#held === null) return this.#write(batch);
		for (const event of batch.events) this.#held.add(event);
		return this.#held.bytes > this.#options.limits.bufferedBytes ? this.#drop() : 0;
	}

	goLive(beginning: readonly RoomEvent[]): number {
		const held = this.#held;
		this.#held = null;
		if (held === null) return 0;
		const meanwhile = new Batch(held.merged());
		if (this.#session.ended && !meanwhile.gone) return this.#end();
		const written = this.#write(new Batch(beginning));
		return meanwhile.events.length > 0 && !this.#over ? written + this.#write(meanwhile) : written;
	}

	/** Rows that the reader has are left out: the backlog may have seen a commit before the bus told of it. */
	#write(batch: Batch): number {
		const news = batch.above(this.#last);
		const frames = news?.framesFor(this.#outlet);
		if (this.#isTooMuch(frames?.length ?? 0)) return this.#drop();
		if (frames !== undefined) {
			this.#outlet.write(frames);
			this.#shredder?.add(frames, this.#outlet);
		}
		this.#last = Math.max(this.#last, batch.lastSeq);
		if (batch.gone) {
			this.#end();
			this.#outlet.close(closeCodes.gone, 'gone');
		}
		return news?.events.length ?? 0;
	}

	/** A socket that has taken all that came before may be given a replay that is larger than the limit. */
	#isTooMuch(bytes: number): boolean {
		const waiting = this.#outlet.buffered();
		return waiting > 0 && waiting + bytes > this.#options.limits.bufferedBytes;
	}

	leave(): void {
		if (this.#over) return;
		this.#over = true;
		this.#held = null;
		this.#room.remove(this);
		this.#waiting?.resolve({ done: true, value: undefined });
	}

	#end(): number {
		this.leave();
		this.#outlet.ended();
		return 0;
	}

	#drop(): number {
		this.#end();
		this.#options.onDropped();
		this.#outlet.close(closeCodes.tooSlow, 'too slow');
		return 0;
	}
}
