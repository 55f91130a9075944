/** Keeps a way to the room open: each new one takes a new socket, a new challenge and a new proof. */
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';
import { backoffMs } from './backoff.ts';
import type { Draw } from './nick.ts';
import type { Joined } from './ports.ts';

export type LinePorts = {
	readonly join: () => Promise<Joined>;
	readonly isOnline: () => boolean;
	readonly draw: Draw;
	readonly wait: (ms: number) => Cancellable;
	readonly up: (joined: Joined) => void;
	/** `offline`: it will take a while. */
	readonly down: (how: 'reconnecting' | 'offline') => void;
	/** The room is over, or something of ours broke. */
	readonly over: (error: unknown) => void;
};

export type Cancellable = { readonly done: Promise<void>; cancel(): void };

/** After so many tries it is said that one is offline. */
const quietTries = 3;
const slowMs = 15_000;

export class Line {
	readonly #ports: LinePorts;
	#joined: Joined | null = null;
	#pause: Cancellable | null = null;
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

	/** Gives the way up and makes a new one. */
	renew(): void {
		const joined = this.#joined;
		if (joined === null) return;
		joined.transport.close();
		this.#lost(joined);
	}

	/** Something has changed outside: the next try is now. */
	wake(): void {
		this.#pause?.cancel();
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
		this.#ports.down(this.#ports.isOnline() ? 'reconnecting' : 'offline');
		this.#rejoin().catch(this.#ports.over);
	}

	async #rejoin(): Promise<void> {
		for (let tries = 0; !this.#stopped; tries++) {
			await this.#sleep(backoffMs(tries, this.#ports.draw));
			const joined = await this.#try(tries);
			if (joined === null) continue;
			if (this.#stopped) return joined.transport.close();
			return this.hold(joined);
		}
	}

	async #try(tries: number): Promise<Joined | null> {
		if (this.#stopped) return null;
		try {
			return await this.#ports.join();
		} catch (error) {
			if (!(error instanceof ApiFailure) || isFinal(error.code)) throw error;
			if (error.code !== 'OFFLINE') await this.#sleep(slowMs);
			if (tries + 1 >= quietTries || !this.#ports.isOnline()) this.#ports.down('offline');
			return null;
		}
	}

	async #sleep(ms: number): Promise<void> {
		this.#pause = this.#ports.wait(ms);
		await this.#pause.done;
		this.#pause = null;
	}
}

function isFinal(code: FailureCode): boolean {
	return code === 'ROOM_GONE';
}
