/** What happens in a room, brought to each of its readers: first who is here, then the backlog, then live. No gap, no double. */
import type { Limits } from '#protocol/limits';
import { closeCodes } from '#protocol/limits';
import { Batch } from './batch.ts';
import type { Bus, RoomEvent } from './bus.ts';
import type { Outlet } from './outlet.ts';

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
	readonly limits: Pick<Limits, 'bufferedBytes' | 'replayRows'>;
	readonly onDelivered: (frames: number) => void;
	readonly onDropped: () => void;
};

export function createFeeds(options: FeedsOptions): Feeds {
	const rooms = new Map<string, RoomFeed>();
	const roomOf = (ref: string): RoomFeed => {
		const room = rooms.get(ref) ?? new RoomFeed(options, ref, () => rooms.delete(ref));
		rooms.set(ref, room);
		return room;
	};
	return {
		async open(request) {
			const first = request.first();
			const room = roomOf(request.ref);
			const reader = new Reader(room, request, options);
			room.add(reader);
			try {
				const rows = await request.backlog();
				if (request.outlet.calledOff) reader.leave();
				else reader.goLive([first, ...rows]);
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
			// What one commit publishes goes out as one write to each reader.
			if (this.#pending.push(event) === 1) queueMicrotask(() => this.#flush());
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

	#flush(): void {
		if (this.#pending.length === 0) return;
		const batch = new Batch(this.#pending);
		this.#pending = [];
		this.#options.onDelivered(batch.events.length * this.#readers.size);
		for (const reader of this.#readers) reader.take(batch);
	}
}

/** As many as there are people in rooms, and most of them idle: it is small. */
class Reader implements FeedStream {
	readonly #room: RoomFeed;
	readonly #options: FeedsOptions;
	readonly #outlet: Outlet;
	readonly #session: ReaderRequest['session'];
	/** The highest row that was written. */
	#last: number;
	/** What came in while the backlog was being read; `null` once the reader is live. */
	#held: RoomEvent[] | null = [];
	#over = false;
	#waiting: PromiseWithResolvers<IteratorReturnResult<undefined>> | null = null;

	constructor(room: RoomFeed, { outlet, session, after }: ReaderRequest, options: FeedsOptions) {
		this.#room = room;
		this.#outlet = outlet;
		this.#session = session;
		this.#last = after;
		this.#options = options;
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

	take(batch: Batch): void {
		// The end of the room ends every session too, and is said all the same.
		if (this.#session.ended && !batch.gone) return this.#end();
		if (this.#held === null) return this.#write(batch);
		this.#held.push(...batch.events);
		if (this.#held.length > this.#options.limits.replayRows) this.#drop();
	}

	goLive(beginning: readonly RoomEvent[]): void {
		const held = this.#held;
		this.#held = null;
		if (held === null) return;
		const meanwhile = new Batch(held);
		if (this.#session.ended && !meanwhile.gone) return this.#end();
		this.#write(new Batch(beginning));
		if (held.length > 0 && !this.#over) this.#write(meanwhile);
	}

	/** Rows that the reader has are left out: the backlog may have seen a commit before the bus told of it. */
	#write(batch: Batch): void {
		if (this.#outlet.buffered() > this.#options.limits.bufferedBytes) return this.#drop();
		const news = batch.above(this.#last);
		if (news !== null) this.#outlet.write(news.framesFor(this.#outlet));
		this.#last = Math.max(this.#last, batch.lastSeq);
		if (!batch.gone) return;
		this.#end();
		this.#outlet.close(closeCodes.gone, 'gone');
	}

	leave(): void {
		if (this.#over) return;
		this.#over = true;
		this.#held = null;
		this.#room.remove(this);
		this.#waiting?.resolve({ done: true, value: undefined });
	}

	#end(): void {
		this.leave();
		this.#outlet.ended();
	}

	#drop(): void {
		this.#end();
		this.#options.onDropped();
		this.#outlet.close(closeCodes.tooSlow, 'too slow');
	}
}
