/**
 * Envelopes, heard in the order of their coming. One that comes alone is opened at once; a burst is opened by the vault in one call, and
 * drawn in one go.
 */
import type { Bytes } from '#protocol/bytes';
import type { Opened, Refused } from '../vault/calls.ts';
import type { Arrival } from './hear.ts';

export type Letterbox = Arrival & {
	readonly env: Bytes;
	/** It was read from what this device keeps. */ readonly shelved?: boolean;
};

export type InboxPorts = {
	readonly open: (envelopes: readonly Bytes[]) => Promise<readonly (Opened | Refused)[]>;
	readonly hear: (letters: readonly Letterbox[], opened: readonly (Opened | Refused)[]) => void;
	/** Runs once before the next frame is drawn. */
	readonly beforeFrame: (run: () => void) => void;
	readonly report: (error: unknown) => void;
};

export class Inbox {
	readonly #ports: InboxPorts;
	#waiting: Letterbox[] = [];
	#due = false;
	#opening = 0;
	#last: Promise<void> = Promise.resolve();

	constructor(ports: InboxPorts) {
		this.#ports = ports;
	}

	push(letter: Letterbox): void {
		this.#waiting.push(letter);
		if (this.#due) return;
		const isReplayed = letter.connection === null;
		if (!isReplayed && this.#opening === 0) return this.#open();
		this.#due = true;
		this.#ports.beforeFrame(() => {
			this.#due = false;
			this.#open();
		});
	}

	#open(): void {
		this.flush().catch(this.#ports.report);
	}

	/** Resolves when these, and all that came before them, have been heard. */
	take(letters: readonly Letterbox[]): Promise<void> {
		this.#waiting.push(...letters);
		return this.flush();
	}

	flush(): Promise<void> {
		const burst = this.#waiting;
		this.#waiting = [];
		this.#opening++;
		const run = this.#last.then(() => this.#openAll(burst)).finally(() => this.#opening--);
		// Whoever asked is told of the failure; the next burst goes on.
		this.#last = run.catch(() => undefined);
		return run;
	}

	async #openAll(burst: readonly Letterbox[]): Promise<void> {
		if (burst.length === 0) return;
		this.#ports.hear(burst, await this.#ports.open(burst.map((letter) => letter.env)));
	}
}
