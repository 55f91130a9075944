/** Who is writing: said at most once in 3 s, believed for 6 s (docs/PROTOCOL.md §8). Pure. */

const repeatMs = 3000;
export const believedMs = 6000;

/** What to say of one's own writing. */
export class OwnTyping {
	#saidAt = -Infinity;
	#said = false;

	/** The word to send now, or `null`. */
	typed(writing: boolean, now: number): { readonly started: boolean } | null {
		if (!writing) {
			const was = this.#said;
			this.#said = false;
			return was ? { started: false } : null;
		}
		if (now - this.#saidAt < repeatMs) return null;
		this.#saidAt = now;
		this.#said = true;
		return { started: true };
	}
}

/** What the others said of theirs, by fingerprint. */
export class OthersTyping {
	readonly #until = new Map<string, number>();

	heard(fp: string, started: boolean, now: number): void {
		if (started) this.#until.set(fp, now + believedMs);
		else this.#until.delete(fp);
	}

	/** Fingerprints of who is writing, the first to begin first. */
	writing(now: number): readonly string[] {
		for (const [fp, until] of this.#until) if (until <= now) this.#until.delete(fp);
		return [...this.#until.keys()];
	}
}
