/** Tells the others what has come, where nothing else that is said does: docs/PROTOCOL.md §8, §11. */
import type { Draw } from './draw.ts';

export type AcksPorts = {
	readonly ack: () => void;
	/** Nobody looks: browsers may let the timers of such a page wait for a minute. */
	readonly isHidden: () => boolean;
	/** Monotonic ms. */
	readonly now: () => number;
	readonly draw: Draw;
	readonly later: (run: () => void, ms: number) => void;
};

/** One word for whatever came within a second or two. */
const leastMs = 1000;
const spreadMs = 1000;

export class Acks {
	readonly #ports: AcksPorts;
	#due = false;
	#owed = false;
	#paidAt = -Infinity;

	constructor(ports: AcksPorts) {
		this.#ports = ports;
	}

	/** Somebody's message has come, be it for the second time. */
	heard(): void {
		this.#owed = true;
		if (this.#due) return;
		this.#due = true;
		const { isHidden, now, later, draw } = this.#ports;
		if (isHidden() && now() - this.#paidAt >= leastMs) queueMicrotask(() => this.#pay());
		else later(() => this.#pay(), leastMs + draw(spreadMs));
	}

	/** Whatever one says names what has come. */
	said(): void {
		this.#owed = false;
	}

	#pay(): void {
		this.#due = false;
		if (!this.#owed) return;
		this.#paidAt = this.#ports.now();
		this.#ports.ack();
	}
}
