/** When to say who one is: on coming, and once more to those who came since, unless the room is big (docs/PROTOCOL.md §9). */
import type { Draw } from './draw.ts';

export type HelloPorts = {
	readonly say: () => void;
	/** Connected now, oneself included. */
	readonly count: () => number;
	readonly draw: Draw;
	readonly later: (run: () => void, ms: number) => void;
};

const bigRoom = 16;
const bigRoomSpreadMs = 10_000;
const answerSpreadMs = 500;

export class Hellos {
	readonly #ports: HelloPorts;
	#due = false;
	#saidAs: string | null = null;

	constructor(ports: HelloPorts) {
		this.#ports = ports;
	}

	/** A feed begins, under this connection tag. */
	arrived(connection: string): void {
		const isBig = this.#ports.count() > bigRoom;
		if (isBig && this.#saidAs === connection) return;
		this.#saidAs = connection;
		this.#schedule(isBig ? bigRoomSpreadMs : 0);
	}

	/** Somebody has said hello who may not know us yet. */
	answer(): void {
		if (this.#ports.count() <= bigRoom) this.#schedule(answerSpreadMs);
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
