/** The page out of sight and back: what was away for long is not shown again before the server was asked (docs/PROTOCOL.md §15). */
import { startLasting } from './lasting.ts';
import type { Lasting } from './lasting.ts';
import type { Clock } from './ports.ts';

export type SightPorts = {
	readonly clock: Clock;
	/** Resolves when the server has answered, or doesn't. */
	readonly check: () => Promise<void>;
	readonly draw: () => void;
};

const longAwayMs = 30_000;

export class Sight {
	readonly #ports: SightPorts;
	/** Runs while the page is out of sight, until that was for long. */
	#away: Lasting | null = null;
	#isBack = false;
	#asked = 0;

	constructor(ports: SightPorts) {
		this.#ports = ports;
	}

	/** Back from where it was out of sight for long, until the server has answered. */
	get isBack(): boolean {
		return this.#isBack;
	}

	lost(): void {
		this.#away = startLasting(this.#ports.clock, longAwayMs);
	}

	/** `isVisible`: and not only awake. */
	async again(isVisible: boolean): Promise<void> {
		if (isVisible && this.#away?.leftMs() === 0) this.#isBack = true;
		if (isVisible) this.#away = null;
		this.#ports.draw();
		const round = ++this.#asked;
		await this.#ports.check();
		// An older question may run out while the newest is still open.
		if (round === this.#asked) this.answered();
		this.#ports.draw();
	}

	answered(): void {
		this.#isBack = false;
	}
}
