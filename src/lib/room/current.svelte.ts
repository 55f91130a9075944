/** The one room that this page is in. */
import type { RoomView } from './view.ts';

/** A room that can be left without a word, as a page that goes does. */
export type StoppableRoom = RoomView & { stop(): void };

class Current {
	#room = $state.raw<StoppableRoom | null>(null);

	/** Reactive. */
	get room(): StoppableRoom | null {
		return this.#room;
	}

	hold(room: StoppableRoom): void {
		this.#room = room;
	}

	drop(): void {
		this.#room = null;
	}
}

export const current = new Current();
