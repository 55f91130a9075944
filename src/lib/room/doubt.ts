/**
 * A wall clock that has gone ahead by itself: a sleep, or a hand that set it. Only the server can tell which, and what burns by
 * mistake never comes back, so for a while nothing burns and nothing of the room may be seen. Pure.
 */
import type { Clock } from './ports.ts';

export const doubtMs = 5000;

export class Doubt {
	readonly #now: Clock['now'];
	#hasAsked = false;
	/** Monotonic ms. */
	#until = -Infinity;

	constructor({ now }: Clock) {
		this.#now = now;
	}

	/** The clocks have parted. `true` once: the server is to be asked. `mayAnswer`: otherwise the clock is believed at once. */
	arises(mayAnswer: boolean): boolean {
		if (this.#hasAsked) return false;
		this.#hasAsked = true;
		if (mayAnswer) this.#until = this.#now() + doubtMs;
		return true;
	}

	/** The server has answered. */
	ends(): void {
		this.#hasAsked = false;
		this.#until = -Infinity;
	}

	/** Until the clock is believed without an answer; 0 when there is no doubt. */
	leftMs(): number {
		return Math.max(0, this.#until - this.#now());
	}
}
