/**
 * One's own messages that the server has passed on and that somebody who reads them has not named yet. A server that keeps nothing
 * can lose them: they go out again, byte for byte, on the next connection (docs/PROTOCOL.md §11). Pure: `now` is monotonic ms.
 */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';

const empty: Bytes = new Uint8Array(0);

export type PassedOn = {
	readonly mid: string;
	readonly envelope: Bytes;
	readonly burnSeconds?: BurnSeconds | undefined;
	/** The sender's own number. */
	readonly seq: number;
	/** Fps of those who can read it, and have not named it. */
	readonly readers: readonly string[];
};

/** `missedBy`: fps of those who have not named it in time, or before they left. */
type Held = PassedOn & { readonly since: number; readonly missedBy: readonly string[] };

/** After this it goes out no more. */
export const unheardMs = 60_000;

export class Unheard {
	#letters: readonly Held[] = [];

	add(letter: PassedOn, now: number): void {
		if (letter.readers.length > 0) this.#letters = [...this.#letters, { ...letter, since: now, missedBy: [] }];
	}

	/** This reader has everything up to here, however late they say so. */
	heard(fp: string, upTo: number): void {
		const without = (fps: readonly string[]) => fps.filter((each) => each !== fp);
		this.#change(
			(letter) => letter.seq <= upTo,
			(letter) => ({ ...letter, readers: without(letter.readers), missedBy: without(letter.missedBy) })
		);
	}

	/** It is not given to them again. */
	left(fp: string): void {
		this.#change(
			({ readers }) => readers.includes(fp),
			(letter) => ({ ...letter, readers: letter.readers.filter((each) => each !== fp), missedBy: [...letter.missedBy, fp] })
		);
	}

	/** In the order of sending. */
	due(now: number): readonly PassedOn[] {
		this.#expire(now);
		return this.#letters.filter(({ readers }) => readers.length > 0);
	}

	/** Who may not have what, by message id: fps. */
	missed(now: number): ReadonlyMap<string, readonly string[]> {
		this.#expire(now);
		return new Map(this.#letters.filter(({ missedBy }) => missedBy.length > 0).map(({ mid, missedBy }) => [mid, missedBy]));
	}

	#expire(now: number): void {
		this.#change(
			({ since, readers }) => readers.length > 0 && now - since >= unheardMs,
			(letter) => ({ ...letter, envelope: empty, readers: [], missedBy: [...letter.missedBy, ...letter.readers] })
		);
	}

	#change(which: (letter: Held) => boolean, change: (letter: Held) => Held): void {
		if (!this.#letters.some(which)) return;
		this.#letters = this.#letters
			.map((letter) => (which(letter) ? change(letter) : letter))
			.filter(({ readers, missedBy }) => readers.length + missedBy.length > 0);
	}
}
