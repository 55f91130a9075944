/**
 * One's own messages that the server has passed on and that somebody who reads them has not named yet. A server that keeps nothing
 * can lose them: they go out again, byte for byte, on the next connection (docs/PROTOCOL.md §11). Pure: `now` is monotonic ms.
 */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';

export type PassedOn = {
	readonly mid: string;
	readonly envelope: Bytes;
	readonly burnSeconds?: BurnSeconds | undefined;
	/** The sender's own number. */
	readonly seq: number;
	/** Fps of those who can read it, and have not named it. */
	readonly readers: readonly string[];
};

/** After this it is nobody's business any more. */
export const unheardMs = 60_000;

export class Unheard {
	#letters: readonly (PassedOn & { readonly since: number })[] = [];

	add(letter: PassedOn, now: number): void {
		if (letter.readers.length > 0) this.#letters = [...this.#letters, { ...letter, since: now }];
	}

	/** This reader has everything up to here. */
	heard(fp: string, upTo: number): void {
		this.#change(({ seq, readers }) => (seq <= upTo ? readers.filter((each) => each !== fp) : readers));
	}

	/** Nobody waits for them any more. */
	left(fp: string): void {
		this.#change(({ readers }) => readers.filter((each) => each !== fp));
	}

	/** In the order of sending. */
	due(now: number): readonly PassedOn[] {
		this.#letters = this.#letters.filter(({ since }) => now - since < unheardMs);
		return this.#letters;
	}

	#change(readersOf: (letter: PassedOn) => readonly string[]): void {
		this.#letters = this.#letters
			.map((letter) => ({ ...letter, readers: readersOf(letter) }))
			.filter(({ readers }) => readers.length > 0);
	}
}
