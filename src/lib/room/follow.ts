/**
 * Several tabs in one kept room: the one that has its lock speaks, the others follow by what lies on the disk and by a word that
 * something new does (docs/PROTOCOL.md §15). To a stay that is a way like any other.
 */
import { ApiFailure } from '../api/failure.ts';
import type { Posted, Row, RowQuery, Transport, TransportEvent } from '../transport/transport.ts';
import type { Shelf } from './ports.ts';
import { withinTime } from './timers.ts';
import { RoomError } from './view.ts';
import type { Ending, RoomView, ServerRow } from './view.ts';
import type { Waiting } from './waiting.ts';

/** What tabs in one room tell each other. */
export type TabWord =
	/** Rows were laid down. */
	| { readonly is: 'rows' }
	/** A draft was. */
	| { readonly is: 'written' }
	/** To the one that speaks. */
	| { readonly is: 'discard'; readonly n: number }
	| { readonly is: 'renamed'; readonly name: string }
	| { readonly is: 'seen'; readonly row: number; readonly endsAt: number }
	| { readonly is: 'leave' }
	| { readonly is: 'purge' }
	| { readonly is: 'who' }
	| { readonly is: 'ask'; readonly id: string; readonly what: 'unlock' | { readonly before: number | undefined } }
	/** From it: the room is over. */
	| { readonly is: 'ended'; readonly ending: Ending }
	| { readonly is: 'here'; readonly here: Here }
	/** `rows`: `null` when it could not be done. */
	| { readonly is: 'answer'; readonly id: string; readonly rows: readonly ServerRow[] | null };

/** What only the tab with the connection knows. */
export type Here = Pick<RoomView, 'phase' | 'people' | 'unnamed' | 'typing' | 'cap' | 'used' | 'peopleLimit'>;

export type Tabs = {
	/** To the others. */
	say(word: TabWord): void;
	/** Returns the function that ends it. */
	hear(listener: (word: TabWord) => void): () => void;
};

const pageRows = 50;
const purgeMs = 15_000;
const askMs = 15_000;

/** The rows of the shelf, as far as the tab that speaks has laid them down. */
export class FollowTransport implements Transport {
	readonly #shelf: Pick<Shelf, 'rows'>;
	readonly #tabs: Tabs;
	readonly #closed = Promise.withResolvers<number>();
	readonly #ended = Promise.withResolvers<Ending>();
	readonly #unhear: () => void;
	#told: (event: TransportEvent) => void = () => undefined;
	#head = Infinity;
	#reading: Promise<void> = Promise.resolve();

	/** `report`: for what can't be read of the disk. */
	constructor(shelf: Pick<Shelf, 'rows'>, tabs: Tabs, report: (error: unknown) => void) {
		this.#shelf = shelf;
		this.#tabs = tabs;
		this.#unhear = tabs.hear((word) => {
			if (word.is === 'rows') this.#reading = this.#reading.then(() => this.#tellRows()).catch(report);
			// Who leaves by that tab leaves by this one: whoever made it sees to that.
			if (word.is !== 'ended' || word.ending === 'left') return;
			this.#ended.resolve(word.ending);
			this.#told({ is: 'gone', reason: word.ending === 'time' ? 'ended' : 'purged' });
		});
	}

	get closed(): Promise<number> {
		return this.#closed.promise;
	}

	/** Hellos and the like: only the tab that speaks says who is here. */
	post(): Promise<Posted> {
		return Promise.resolve({ seq: 0, t: 0, known: false });
	}

	async history(query: RowQuery): Promise<{ readonly rows: readonly Row[]; readonly headSeq: number }> {
		const [newest] = (await this.#shelf.rows({ limit: 1 })).slice(-1);
		const headSeq = newest?.seq ?? 0;
		const { after, before = headSeq + 1, limit } = query;
		const rows = after === undefined ? await this.#shelf.rows({ before, limit }) : await this.#rowsAfter(after, before, limit);
		return { rows: rows.map((row) => ({ ...row, burnAt: null })), headSeq };
	}

	listen(after: number, listener: (event: TransportEvent) => void): void {
		this.#head = after;
		this.#told = listener;
		listener({ is: 'presence', count: 1, joined: [], left: [] });
		this.#reading = this.#reading.then(() => this.#tellRows());
	}

	async purge(): Promise<void> {
		this.#tabs.say({ is: 'purge' });
		await withinTime(this.#ended.promise, purgeMs);
	}

	leave(): Promise<void> {
		this.#tabs.say({ is: 'leave' });
		return Promise.resolve();
	}

	relay(): Promise<null> {
		return Promise.resolve(null);
	}

	/** Asked for by `Relay`. */
	unlock(): Promise<void> {
		return Promise.reject(new ApiFailure('OFFLINE'));
	}

	close(): void {
		this.#unhear();
		this.#told = () => undefined;
		this.#closed.resolve(1000);
	}

	/** Without a break: a row that the other tab has not laid down yet is none that has burned. */
	async #rowsAfter(after: number, before: number, limit: number): ReturnType<Shelf['rows']> {
		const end = Math.min(before, after + limit + 1);
		const rows = (await this.#shelf.rows({ before: end, limit })).filter(({ seq }) => seq > after);
		if (after + 1 < end && rows[0]?.seq !== after + 1) throw new ApiFailure('OFFLINE');
		return rows;
	}

	async #laidAfter(row: number): Promise<readonly Row[]> {
		try {
			return (await this.history({ after: row, limit: pageRows })).rows;
		} catch (error) {
			if (error instanceof ApiFailure) return [];
			throw error;
		}
	}

	async #tellRows(): Promise<void> {
		for (let from = -1; from < this.#head;) {
			from = this.#head;
			const rows = await this.#laidAfter(this.#head);
			for (const { seq, t, env } of rows) {
				this.#head = seq;
				this.#told(env === null ? { is: 'burned', seq } : { is: 'envelope', seq, t, env, tag: null, burnAt: null });
			}
			if (rows.length === 0) return;
		}
	}
}

/** What a tab that follows is told by the one that speaks, and asks it. */
export class Relay {
	readonly #tabs: Tabs;
	#here: Here | null = null;

	constructor(tabs: Tabs) {
		this.#tabs = tabs;
		this.watch((here) => (this.#here = here));
	}

	get isUp(): boolean {
		return this.#here?.phase === 'open';
	}

	/** Returns the function that ends it. */
	watch(listener: (here: Here) => void): () => void {
		const ignore = this.#tabs.hear((word) => word.is === 'here' && listener(word.here));
		this.#tabs.say({ is: 'who' });
		return ignore;
	}

	/** Throws `RoomError`. */
	async letPeopleIn(): Promise<void> {
		await this.#ask('unlock');
	}

	/** Throws `RoomError`. */
	serverRows(before?: number): Promise<readonly ServerRow[]> {
		return this.#ask({ before });
	}

	async #ask(what: Extract<TabWord, { is: 'ask' }>['what']): Promise<readonly ServerRow[]> {
		const id = crypto.randomUUID();
		const answered = Promise.withResolvers<readonly ServerRow[] | null>();
		const ignore = this.#tabs.hear((word) => word.is === 'answer' && word.id === id && answered.resolve(word.rows));
		this.#tabs.say({ is: 'ask', id, what });
		const rows = await withinTime(answered.promise, askMs)
			.catch(() => null)
			.finally(ignore);
		if (rows === null) throw new RoomError('server-away');
		return rows;
	}
}

/** The other end of `Relay`. */
export async function answerTab(
	room: Pick<RoomView, 'letPeopleIn' | 'serverRows'>,
	tabs: Tabs,
	{ id, what }: Extract<TabWord, { is: 'ask' }>
): Promise<void> {
	const ask = async () => {
		if (what !== 'unlock') return room.serverRows(what.before);
		await room.letPeopleIn();
		return [];
	};
	tabs.say({ is: 'answer', id, rows: await ask().catch(() => null) });
}

/** What a tab that follows writes: it lies on the disk, and the one that speaks seals and sends it. */
export function followWaiting(waiting: Waiting, tabs: Tabs, relay: Relay): Waiting {
	return {
		...waiting,
		elsewhere: { isUp: () => relay.isUp },
		async add(draft) {
			const place = await waiting.add(draft);
			tabs.say({ is: 'written' });
			return place;
		},
		drop(n) {
			tabs.say({ is: 'discard', n });
			return Promise.resolve(true);
		},
		watch: (listener) =>
			tabs.hear((word) => {
				if (word.is === 'rows') listener('sent');
				if (word.is === 'here') listener('line');
			})
	};
}

/** What the tab that speaks hears of the others' drafts. */
export function speakWaiting(waiting: Waiting, tabs: Tabs): Waiting {
	return {
		...waiting,
		watch: (listener) =>
			tabs.hear((word) => {
				if (word.is === 'written') listener('written');
				if (word.is === 'discard') listener(word.n);
			})
	};
}
