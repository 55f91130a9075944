/** Takes letters to the server, one in flight at a time. Being offline is only a slow flush. */
import type { ServerCode } from '#protocol/errors';
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';
import type { Posted } from '../transport/transport.ts';
import type { SealedLetter } from './send.ts';

export type FlushPorts = {
	readonly head: () => SealedLetter | null;
	/** Rejects with an `ApiFailure`; never hangs. */
	readonly post: (letter: SealedLetter) => Promise<Posted>;
	readonly isUp: () => boolean;
	readonly wait: (ms: number) => Promise<void>;
	readonly sent: (mid: string, posted: Posted) => void;
	readonly unanswered: (letter: SealedLetter) => void;
	readonly refused: (letter: SealedLetter, code: ServerCode) => Promise<void>;
	/** The session is not known any more: the connection must be made anew. */
	readonly rejoin: () => void;
	readonly report: (error: unknown) => void;
};

/** What to do about a post that failed. */
export type Judgement = 'again' | 'later' | 'rejoin' | 'refused';

const maxTries = 3;
const laterMs = 1000;

export function judge(code: FailureCode): Judgement {
	if (code === 'OFFLINE' || code === 'INTERNAL') return 'again';
	if (code === 'RATE_LIMITED' || code === 'BUSY') return 'later';
	if (code === 'NO_SESSION' || code === 'ROOM_GONE') return 'rejoin';
	return 'refused';
}

export class Flush {
	readonly #ports: FlushPorts;
	#running = false;
	#tries = { mid: '', count: 0 };

	constructor(ports: FlushPorts) {
		this.#ports = ports;
	}

	/** Goes on until nothing is left or the connection is gone. Calling it again while it runs does nothing. */
	run(): void {
		if (this.#running) return;
		this.#running = true;
		this.#drain()
			.catch((error: unknown) => {
				this.#ports.report(error);
				return this.#ports.wait(laterMs);
			})
			.finally(() => {
				this.#running = false;
				if (this.#ports.isUp() && this.#ports.head() !== null) this.run();
			});
	}

	async #drain(): Promise<void> {
		for (let letter = this.#ports.head(); letter !== null && this.#ports.isUp(); letter = this.#ports.head()) {
			await this.#post(letter);
		}
	}

	async #post(letter: SealedLetter): Promise<void> {
		const { mid } = letter.sealed;
		try {
			this.#ports.sent(mid, await this.#ports.post(letter));
		} catch (error) {
			if (!(error instanceof ApiFailure)) throw error;
			await this.#fail(letter, error.code);
		}
	}

	async #fail(letter: SealedLetter, code: FailureCode): Promise<void> {
		// Its own frame may have come meanwhile, or the line broke: then it is sent, or waits for the next one.
		if (this.#ports.head()?.id !== letter.id) return;
		const judgement = judge(code);
		if (judgement === 'refused' && code !== 'OFFLINE') return this.#ports.refused(letter, code);
		if (judgement === 'rejoin') return this.#ports.rejoin();
		if (judgement === 'later') return this.#ports.wait(laterMs);
		if (!this.#ports.isUp()) return;
		if (this.#hasTriedEnough(letter.sealed.mid)) this.#ports.unanswered(letter);
		else await this.#ports.wait(laterMs);
	}

	#hasTriedEnough(mid: string): boolean {
		const count = this.#tries.mid === mid ? this.#tries.count + 1 : 1;
		this.#tries = count >= maxTries ? { mid: '', count: 0 } : { mid, count };
		return count >= maxTries;
	}
}
