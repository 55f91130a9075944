/** The one room that this page is in. */
import type { Ending, RoomView } from './view.ts';

/** A room that can be left without a word, as a page that goes does. */
export type StoppableRoom = RoomView & { stop(): void };

/** How everything ended on this page: a room did, or the device was erased. */
export type Ended = Ending | 'erased';

class Current {
	#room = $state.raw<StoppableRoom | null>(null);
	#ended = $state.raw<Ended | null>(null);

	/** Reactive. */
	get room(): StoppableRoom | null {
		return this.#room;
	}

	/** Set for good: the page says this and nothing else until another takes its place. Reactive. */
	get ended(): Ended | null {
		return this.#ended;
	}

	end(ended: Ended): void {
		this.#room = null;
		this.#ended = ended;
	}

	hold(room: StoppableRoom): void {
		this.#room = room;
	}

	drop(): void {
		this.#room = null;
	}
}

export const current = new Current();
