/** The one room that this page is in. */
import type { RoomView } from './view';

class Current {
	#room = $state.raw<RoomView | null>(null);

	/** Reactive. */
	get room(): RoomView | null {
		return this.#room;
	}

	hold(room: RoomView): void {
		this.#room = room;
	}

	drop(): void {
		this.#room = null;
	}
}

export const current = new Current();
