/** Envelopes that come in bursts, opened by the vault in one call for each burst, heard in the order of their coming. */
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
	#last: Promise<void> = Promise.resolve();

	constructor(ports: InboxPorts) {
		this.#ports = ports;
	}

	push(letter: Letterbox): void {
		this.#waiting.push(letter);
		if (this.#due) return;
		this.#due = true;
		this.#ports.beforeFrame(() => {
			this.#due = false;
			this.flush().catch(this.#ports.report);
		});
	}

	/** Resolves when these, and all that came before them, have been heard. */
	take(letters: readonly Letterbox[]): Promise<void> {
		this.#waiting.push(...letters);
		return this.flush();
	}

	flush(): Promise<void> {
		const burst = this.#waiting;
		this.#waiting = [];
		const run = this.#last.then(() => this.#openAll(burst));
		// Whoever asked is told of the failure; the next burst goes on.
		this.#last = run.catch(() => undefined);
		return run;
	}

	async #openAll(burst: readonly Letterbox[]): Promise<void> {
		if (burst.length === 0) return;
		const opened = await this.#ports.open(burst.map((letter) => letter.env));
		this.#ports.hear(burst, opened);
	}
}
