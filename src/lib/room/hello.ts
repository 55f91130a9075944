/** Who says hello when: docs/PROTOCOL.md §9. In a stored room it tells who one is; in the others it makes readers (greetings.ts). */
import type { Bytes } from '#protocol/bytes';
import type { Seen } from '../vault/calls.ts';
import type { Draw } from './draw.ts';

export type HeardHello = {
	readonly fp: string;
	readonly joinNonce: Bytes;
	/** Their connection has come since we said hello. */
	readonly isNewcomer: boolean;
	/** A newcomer, or nothing was heard of this connection before. */
	readonly isStranger: boolean;
	/** What we seal opens with the key that this hello brings. */
	readonly reads: boolean;
	/** What they have. */
	readonly seen: readonly Seen[];
};

export interface Greeter {
	/** A feed begins, under this connection tag. */
	arrived(connection: string): void;
	heard(hello: HeardHello): void;
	/** Somebody has answered a hello with this nonce: whether it was our last. */
	answered(fp: string, joinNonce: Bytes): boolean;
}

export type Later = (run: () => void, ms: number) => void;

export type HelloPorts = {
	readonly say: () => void;
	/** Connected now, oneself included. */
	readonly count: () => number;
	readonly draw: Draw;
	readonly later: Later;
};

const bigRoom = 16;
const bigRoomSpreadMs = 10_000;
export const answerSpreadMs = 500;

/** In a stored room: on coming, and once more to those who came since, unless the room is big. */
export class Hellos implements Greeter {
	readonly #ports: HelloPorts;
	#due = false;
	#saidAs: string | null = null;

	constructor(ports: HelloPorts) {
		this.#ports = ports;
	}

	arrived(connection: string): void {
		const isBig = this.#ports.count() > bigRoom;
		if (isBig && this.#saidAs === connection) return;
		this.#saidAs = connection;
		this.#schedule(isBig ? bigRoomSpreadMs : 0);
	}

	heard({ isStranger }: HeardHello): void {
		if (isStranger && this.#ports.count() <= bigRoom) this.#schedule(answerSpreadMs);
	}

	/** Nobody answers here. */
	answered(): boolean {
		return false;
	}

	#schedule(spreadMs: number): void {
		if (this.#due) return;
		this.#due = true;
		const run = () => {
			this.#due = false;
			this.#ports.say();
		};
		this.#ports.later(run, spreadMs === 0 ? 0 : this.#ports.draw(spreadMs));
	}
}
