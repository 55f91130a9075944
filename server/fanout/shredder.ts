/** Overwrites frames of what is only passed on, as soon as every socket has taken them: docs/PROTOCOL.md §11. */

/** Who was given frames, and how much of what they were given still waits in this process. */
type Taker = { buffered(): number };

/** Between two looks at those that are slow. */
const againMs = 1000;

export class Shredder {
	readonly #waiting = new Map<Uint8Array, Set<Taker>>();
	#isDue = false;

	/** These frames have just been written to this one; nobody else is given them after this turn of the event loop. */
	add(frames: Uint8Array, taker: Taker): void {
		const takers = this.#waiting.get(frames) ?? new Set();
		this.#waiting.set(frames, takers.add(taker));
		if (this.#isDue) return;
		this.#isDue = true;
		setImmediate(() => this.#look());
	}

	#look(): void {
		for (const [frames, takers] of this.#waiting) {
			for (const taker of takers) if (taker.buffered() === 0) takers.delete(taker);
			if (takers.size > 0) continue;
			frames.fill(0);
			this.#waiting.delete(frames);
		}
		this.#isDue = this.#waiting.size > 0;
		if (this.#isDue) setTimeout(() => this.#look(), againMs).unref();
	}
}
