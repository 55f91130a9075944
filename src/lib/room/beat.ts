/** When a stay looks at its clocks: at the soonest of the moments that were planned. */
export class Beat {
	readonly #now: () => number;
	readonly #run: () => void;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Monotonic ms. */
	#next = Infinity;

	constructor(now: () => number, run: () => void) {
		this.#now = now;
		this.#run = run;
	}

	/** Sooner than was planned, never later. */
	in(ms: number): void {
		const at = this.#now() + ms;
		if (at >= this.#next) return;
		this.#next = at;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(this.#run, ms);
	}

	/** What was planned is being done. */
	begun(): void {
		this.#next = Infinity;
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
