/** The one room that this page is in. */
import type { Ending, RoomView } from './view.ts';

/** A room that can be left without a word, as a page that goes does. */
export type StoppableRoom = RoomView & { stop(): void };

class Current {
	#room = $state.raw<StoppableRoom | null>(null);
	#ending = $state.raw<Ending | null>(null);
	#stranded = $state.raw(false);

	/** Reactive. */
	get room(): StoppableRoom | null {
		return this.#room;
	}

	/** How the room ended that was here a moment ago; another page is on its way. Reactive. */
	get ending(): Ending | null {
		return this.#ending;
	}

	/** No other page can be fetched, so that this one must say what happened. Reactive. */
	get stranded(): boolean {
		return this.#stranded;
	}

	end(ending: Ending): void {
		this.#room = null;
		this.#ending = ending;
	}

	strand(): void {
		this.#stranded = true;
	}

	hold(room: StoppableRoom): void {
		this.#room = room;
	}

	drop(): void {
		this.#room = null;
	}
}

export const current = new Current();
