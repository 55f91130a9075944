/** Overwrites frames of what is only passed on, as soon as every socket has taken them: docs/PROTOCOL.md §11. */

/** Who was given frames, and how much of what they were given still waits in this process. */
type Taker = { buffered(): number };

/** Between two looks at those that are slow. */
const againMs = 1000;

export class Shredder {
	readonly #waiting = new Map<Uint8Array, Taker[]>();
	/** Those of whom `add` was last told: everybody in a room is mostly given the same. */
	#last: { readonly frames: Uint8Array; readonly takers: Taker[] } | null = null;
	#isDue = false;

	/** These frames have just been written to this one; nobody else is given them after this turn of the event loop. */
	add(frames: Uint8Array, taker: Taker): void {
		if (this.#last?.frames === frames) return void this.#last.takers.push(taker);
		const takers = this.#waiting.get(frames) ?? [];
		takers.push(taker);
		this.#waiting.set(frames, takers);
		this.#last = { frames, takers };
		if (this.#isDue) return;
		this.#isDue = true;
		setImmediate(() => this.#look());
	}

	#look(): void {
		this.#last = null;
		for (const [frames, takers] of this.#waiting) {
			if (takers.some((taker) => taker.buffered() > 0)) continue;
			frames.fill(0);
			this.#waiting.delete(frames);
		}
		this.#isDue = this.#waiting.size > 0;
		if (this.#isDue) setTimeout(() => this.#look(), againMs).unref();
	}
}
