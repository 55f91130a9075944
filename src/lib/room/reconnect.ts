/** Keeps a way to the room open: each new one takes a new socket, a new challenge and a new proof. */
import { ApiFailure } from '../api/failure.ts';
import type { Transport } from '../transport/transport.ts';
import { backoffMs } from './backoff.ts';
import type { Draw } from './draw.ts';
import type { Joined } from './ports.ts';
import { withinTime } from './timers.ts';

export type LinePorts = {
	/** Throws the signal's reason when it is aborted before there is a socket. */
	readonly join: (signal: AbortSignal) => Promise<Joined>;
	readonly isOnline: () => boolean;
	readonly draw: Draw;
	readonly wait: (ms: number) => Cancellable;
	readonly up: (joined: Joined) => void;
	/** `offline`: this device has no network. Said again after every try. */
	readonly down: (how: 'reconnecting' | 'offline') => void;
	/** The room is over: nothing is tried any more. */
	readonly gone: () => void;
	/** A fault of ours; the tries go on, slowly. */
	readonly report: (error: unknown) => void;
};

export type Cancellable = { readonly done: Promise<void>; cancel(): void };

const slowMs = 15_000;
/** For the server's answer on a way that may be dead, and for the server in all. */
const [answerMs, checkMs] = [1500, 5000];

export class Line {
	readonly #ports: LinePorts;
	#joined: Joined | null = null;
	#pause: Cancellable | null = null;
	#reaching: AbortController | null = null;
	#stopped = false;

	constructor(ports: LinePorts) {
		this.#ports = ports;
	}

	get joined(): Joined | null {
		return this.#joined;
	}

	/** Watches over a way that stands. */
	hold(joined: Joined): void {
		this.#joined = joined;
		this.#ports.up(joined);
		void joined.transport.closed.then(() => this.#lost(joined));
	}

	/** There is no way yet. */
	reach(): void {
		this.#sayDown();
		this.#rejoin().catch(this.#ports.report);
	}

	/** Gives the way up and makes a new one. */
	renew(): void {
		const joined = this.#joined;
		if (joined === null) return;
		joined.transport.close();
		this.#lost(joined);
	}

	/** Something has changed outside: the next try is now, and one that still waits for a socket is begun anew. */
	wake(): void {
		this.#pause?.cancel();
		this.#reaching?.abort(new ApiFailure('OFFLINE'));
	}

	/** After a sleep the way may be dead without a sign, and the room over. Resolves when the server has answered, or 5 s later. */
	async check(ask: (transport: Transport) => Promise<unknown>): Promise<void> {
		this.wake();
		const limit = this.#ports.wait(checkMs);
		const joined = this.#joined;
		if (joined !== null && (await this.#isAnswered(joined, ask))) limit.cancel();
		await limit.done;
	}

	/** A way over which no answer comes is made anew. */
	async #isAnswered(joined: Joined, ask: (transport: Transport) => Promise<unknown>): Promise<boolean> {
		try {
			await withinTime(ask(joined.transport), answerMs);
			return true;
		} catch (error) {
			const isApi = error instanceof ApiFailure;
			if (!isApi) this.#ports.report(error);
			const isSilent = isApi && error.code !== 'RATE_LIMITED';
			if (isSilent && this.#joined === joined) this.renew();
			return !isSilent;
		}
	}

	stop(): void {
		this.#stopped = true;
		this.#joined?.transport.close();
		this.#joined = null;
		this.#pause?.cancel();
	}

	#lost(joined: Joined): void {
		if (this.#stopped || this.#joined !== joined) return;
		this.#joined = null;
		this.#sayDown();
		this.#rejoin().catch(this.#ports.report);
	}

	#sayDown(): void {
		this.#ports.down(this.#ports.isOnline() ? 'reconnecting' : 'offline');
	}

	async #rejoin(): Promise<void> {
		for (let tries = 0; !this.#stopped; tries++) {
			await this.#sleep(backoffMs(tries, this.#ports.draw));
			const joined = await this.#try();
			if (joined === null) continue;
			if (this.#stopped) return joined.transport.close();
			return this.hold(joined);
		}
	}

	/** Nothing but the room's own end may end the tries: link, record and what is unsent hang on them. */
	async #try(): Promise<Joined | null> {
		if (this.#stopped) return null;
		const { signal } = (this.#reaching = new AbortController());
		try {
			return await this.#ports.join(signal);
		} catch (error) {
			if (this.#stopped) return null;
			if (signal.aborted && error === signal.reason) return this.#try();
			const code = error instanceof ApiFailure ? error.code : null;
			if (code === 'ROOM_GONE') {
				this.stop();
				this.#ports.gone();
				return null;
			}
			if (code === null) this.#ports.report(error);
			this.#sayDown();
			if (code !== 'OFFLINE') await this.#sleep(slowMs);
			return null;
		}
	}

	async #sleep(ms: number): Promise<void> {
		this.#pause = this.#ports.wait(ms);
		await this.#pause.done;
		this.#pause = null;
	}
}
