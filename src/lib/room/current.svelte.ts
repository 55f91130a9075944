/** The one room that this page is in. */
import type { Ending, RoomView } from './view.ts';

/** A room that can be left without a word, as a page that goes does, or for another. */
export type StoppableRoom = RoomView & { stop(): void; makeWay(): Promise<void> };

/** How everything ended on this page: a room did, or the device was erased. */
export type Ended = Ending | 'erased';

export function reloadPage(): void {
	location.reload();
}

class Current {
	#room = $state.raw<StoppableRoom | null>(null);
	#ended = $state.raw<Ended | null>(null);
	#unsent = 0;
	/** Loads the page anew where it is: what holds something that would be lost with the page brings it over. */
	reload = reloadPage;
	/** The room was to stay on this device, and nothing of it could be written there. */
	notKept = false;

	/** Reactive. */
	get room(): StoppableRoom | null {
		return this.#room;
	}

	/** Set for good: the page says this and nothing else until another takes its place. Reactive. */
	get ended(): Ended | null {
		return this.#ended;
	}

	/** Own messages that ended with the room. */
	get unsent(): number {
		return this.#unsent;
	}

	end(ended: Ended, unsent: number): void {
		this.#room = null;
		this.#unsent = unsent;
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
