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
	/** Fps of those who could, on a page that is no more. */
	readonly lost?: readonly string[];
};

/** `missedBy`: fps of those who have not named it within its minute, or before they left. */
type Held = PassedOn & { readonly since: number; readonly missedBy: readonly string[]; readonly lost: readonly string[] };

/** After this it goes out no more. */
export const unheardMs = 60_000;
/** Whoever has not named it by now may not have it; a gap is noticed within as much (§10). */
export const lateMs = 12_000;

const without = (fps: readonly string[], fp: string) => fps.filter((each) => each !== fp);

/** Their page is another one: what was sealed for the one before they can't read any more. */
export function lostBy<Letter extends Pick<PassedOn, 'readers' | 'lost'>>(letter: Letter, fp: string): Letter {
	return { ...letter, readers: without(letter.readers, fp), lost: [...(letter.lost ?? []), fp] };
}

export class Unheard {
	#letters: readonly Held[] = [];

	add(letter: PassedOn, now: number): void {
		const { readers, lost = [] } = letter;
		if (readers.length + lost.length > 0) this.#letters = [...this.#letters, { ...letter, lost, since: now, missedBy: [] }];
	}

	/** This reader has everything up to here, however late they say so. */
	heard(fp: string, upTo: number): void {
		this.#change(
			(letter) => letter.seq <= upTo,
			(letter) => ({ ...letter, readers: without(letter.readers, fp), missedBy: without(letter.missedBy, fp) })
		);
	}

	/** It is not given to them again. */
	left(fp: string): void {
		this.#change(
			({ readers }) => readers.includes(fp),
			(letter) => ({ ...letter, readers: without(letter.readers, fp), missedBy: [...letter.missedBy, fp] })
		);
	}

	/** As `lostBy`: that they name later ones says nothing of these. */
	anew(fp: string): void {
		this.#change(
			({ readers, missedBy }) => readers.includes(fp) || missedBy.includes(fp),
			(letter) => ({ ...lostBy(letter, fp), missedBy: without(letter.missedBy, fp) })
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
		const missed = this.#letters.map(({ mid, since, readers, missedBy, lost }): [string, readonly string[]] => [
			mid,
			[...lost, ...missedBy, ...(now - since >= lateMs ? readers : [])]
		]);
		return new Map(missed.filter(([, fps]) => fps.length > 0));
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
			.filter(({ readers, missedBy, lost }) => readers.length + missedBy.length + lost.length > 0);
	}
}
