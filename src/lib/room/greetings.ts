/**
 * Hellos where messages are sealed for their readers: whoever hears one answers it, and says one of their own back where they don't
 * seal for the key that it brings and none of theirs is on its way. Answers that were lost are asked for again.
 */
import type { Bytes } from '#protocol/bytes';
import { equalBytes } from '#protocol/bytes';
import type { Draw } from './draw.ts';
import { answerSpreadMs } from './hello.ts';
import type { Greeter, HeardHello, Later } from './hello.ts';

export type GreetingsPorts = {
	readonly hello: (joinNonce: Bytes) => void;
	readonly answer: (joinNonce: Bytes) => void;
	/** Connected now, oneself included. */
	readonly count: () => number;
	/** Fps of those who are here and have said hello, oneself left out. */
	readonly others: () => readonly string[];
	readonly nonce: () => Bytes;
	readonly draw: Draw;
	readonly later: Later;
	/** Monotonic ms. */
	readonly now: () => number;
};

/** An answer may be on its way for so long. */
const patienceMs = 10_000;
/** Hellos in a row that somebody may leave unanswered. */
const maxTries = 3;
/** With more people one hello is for all who come within a longer time: everybody answers each. */
const fewPeople = 4;
/** What is written waits so long for answers, and no longer for who comes again and again. */
const settleMs = 2000;

export class Greetings implements Greeter {
	readonly #ports: GreetingsPorts;
	#due = false;
	/** On the feed that there is. */
	#isGreeted = false;
	#nonce: Bytes | null = null;
	#saidAt = -Infinity;
	#tries = 0;
	readonly #answered = new Set<string>();
	/** Whose hello brought a key that we don't seal for, and who will answer ours. */
	readonly #coming = new Set<string>();
	#waiting: (() => void)[] = [];

	constructor(ports: GreetingsPorts) {
		this.#ports = ports;
	}

	arrived(): void {
		this.#tries = 0;
		this.#greet();
	}

	/** Our key is another one from now on. */
	renew(): void {
		this.arrived();
	}

	heard({ fp, joinNonce, isNewcomer, reads }: HeardHello): void {
		const { draw, later, answer } = this.#ports;
		later(() => answer(joinNonce), draw(answerSpreadMs));
		if (reads) return;
		this.#expect(fp);
		if (!isNewcomer && this.#isAwaited(fp)) return;
		this.#tries = 0;
		this.#greetSoon();
	}

	answered(fp: string, joinNonce: Bytes): boolean {
		if (this.#nonce === null || !equalBytes(this.#nonce, joinNonce)) return false;
		this.#answered.add(fp);
		this.#came(fp);
		return true;
	}

	/** The feed has broken off: nobody has answered until there is another. */
	lost(): void {
		this.#isGreeted = false;
	}

	/** Nobody can be asked now. */
	get isLost(): boolean {
		return !this.#isGreeted;
	}

	/** Resolves when everybody who is here can read what is sealed next, or could have answered by now. */
	async settled(): Promise<void> {
		if (this.#isSettled()) return;
		let isOver = false;
		const end = (): void => {
			isOver = true;
			this.#wake();
		};
		this.#ports.later(end, settleMs);
		while (!isOver && !this.#isSettled()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	#isSettled(): boolean {
		const { count, now } = this.#ports;
		if (!this.#isGreeted) return false;
		const isAnswered = this.#answered.size >= count() - 1 || now() - this.#saidAt >= settleMs;
		return isAnswered && this.#coming.size === 0;
	}

	#expect(fp: string): void {
		this.#coming.add(fp);
		this.#ports.later(() => this.#came(fp), settleMs);
	}

	#came(fp: string): void {
		this.#coming.delete(fp);
		this.#wake();
	}

	#wake(): void {
		for (const wake of this.#waiting.splice(0)) wake();
	}

	#isAwaited(fp: string): boolean {
		return this.#ports.now() - this.#saidAt < patienceMs && !this.#answered.has(fp);
	}

	#greetSoon(): void {
		if (this.#due) return;
		this.#due = true;
		const run = () => {
			if (this.#due) this.#greet();
		};
		const { later, draw, count } = this.#ports;
		later(run, draw(answerSpreadMs * Math.max(1, Math.ceil(count() / fewPeople))));
	}

	#greet(): void {
		const { nonce, hello, later, now } = this.#ports;
		const mine = (this.#nonce = nonce());
		this.#isGreeted = true;
		this.#due = false;
		this.#answered.clear();
		this.#saidAt = now();
		hello(mine);
		later(() => this.#askAgain(mine), patienceMs);
	}

	/** Unless another hello has been said since. */
	#askAgain(nonce: Bytes): void {
		const isUnanswered = this.#ports.others().some((fp) => !this.#answered.has(fp));
		if (nonce !== this.#nonce || !isUnanswered || ++this.#tries >= maxTries) return;
		this.#greet();
	}
}
