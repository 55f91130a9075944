/** What the page says to screen readers: sentences in turn, through the one status element `#say`. */

/** Long enough for a reader to notice the change before the next one replaces it. */
const turnMs = 900;
/** Silence between two sentences, without which a reader would take the same words twice for no change. */
const gapMs = 100;

class Speech {
	#text = $state('');
	#queue: string[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;

	get text(): string {
		return this.#text;
	}

	/** Speaks after what is already waiting. Whoever says the same twice means it: two people may write the same. */
	say(text: string): void {
		if (text === '') return;
		this.#queue.push(text);
		if (this.#timer === undefined) this.#next();
	}

	/** Drops what still waits, for a room that is left. */
	hush(): void {
		this.#queue = [];
		this.#text = '';
	}

	#next(): void {
		this.#text = this.#queue.shift() ?? '';
		this.#timer = this.#text === '' ? undefined : setTimeout(() => this.#pause(), turnMs);
	}

	#pause(): void {
		this.#text = '';
		this.#timer = setTimeout(() => this.#next(), gapMs);
	}
}

export const speech = new Speech();

export function say(text: string): void {
	speech.say(text);
}
