/** What is read aloud, and how often: UX.md §8. Time and the voice are arguments. */

export type Voice = (text: string) => void;
/** Runs `then` after so many milliseconds. Gives back what stops it. */
export type Later = (then: () => void, ms: number) => () => void;

const burstMs = 2_000;
const burstMost = 3;
const peopleMs = 10_000;

/** Messages as they come in: each is read, but more than three within two seconds are only counted. */
export class MessageSpeech {
	readonly #say: Voice;
	readonly #later: Later;
	readonly #count: (count: number) => string;
	#held: string[] | null = null;
	/** Messages read aloud as these two seconds began. */
	#read = 0;
	#stop: () => void = () => undefined;

	constructor(deps: { readonly say: Voice; readonly later: Later; readonly count: (count: number) => string }) {
		this.#say = deps.say;
		this.#later = deps.later;
		this.#count = deps.count;
	}

	add(line: string): void {
		if (this.#held) {
			this.#held.push(line);
			return;
		}
		this.#say(line);
		this.#hold(1);
	}

	close(): void {
		this.#stop();
		this.#held = null;
	}

	#flush(): void {
		const held = this.#held ?? [];
		this.#held = null;
		if (held.length === 0) return;
		const counted = this.#read + held.length > burstMost;
		if (counted) this.#say(this.#count(held.length));
		else for (const line of held) this.#say(line);
		this.#hold(counted ? 0 : held.length);
	}

	#hold(read: number): void {
		this.#held = [];
		this.#read = read;
		this.#stop = this.#later(() => this.#flush(), burstMs);
	}
}

export type Move = { readonly nick: string; readonly came: boolean };

/** Comings and goings: merged, at most once in ten seconds. */
export class PeopleSpeech {
	readonly #say: Voice;
	readonly #later: Later;
	readonly #sentence: (nicks: readonly string[], came: boolean) => string;
	#waiting: Move[] = [];
	#resting = false;
	#stop: () => void = () => undefined;

	constructor(deps: {
		readonly say: Voice;
		readonly later: Later;
		readonly sentence: (nicks: readonly string[], came: boolean) => string;
	}) {
		this.#say = deps.say;
		this.#later = deps.later;
		this.#sentence = deps.sentence;
	}

	add(moves: readonly Move[]): void {
		this.#waiting.push(...moves);
		if (!this.#resting) this.#flush();
	}

	close(): void {
		this.#stop();
		this.#waiting = [];
	}

	#flush(): void {
		const moves = this.#waiting;
		this.#waiting = [];
		this.#resting = moves.length > 0;
		if (!this.#resting) return;
		const lines = [true, false].map((came) => ({
			came,
			nicks: moves.filter((move) => move.came === came).map((move) => move.nick)
		}));
		const spoken = lines.filter((line) => line.nicks.length > 0).map((line) => this.#sentence(line.nicks, line.came));
		this.#say(spoken.join(' '));
		this.#stop = this.#later(() => this.#flush(), peopleMs);
	}
}

/** Milliseconds before the end at which it is said how long there is. */
export const endingMarks = [600_000, 120_000, 30_000] as const;

/** The mark that was passed between two looks at the clock, the latest if several; `null` when none was. */
export function markPassed(beforeMs: number, nowMs: number): number | null {
	const passed = endingMarks.filter((mark) => beforeMs > mark && nowMs <= mark && nowMs > 0);
	return passed[passed.length - 1] ?? null;
}
