/** Own messages that somebody for whom they were sealed may not have are marked, until they name them: docs/PROTOCOL.md §11. */
import type { Relaying } from './relaying.ts';
import type { Thread } from './thread.ts';

export type ReceiptsPorts = {
	readonly relaying: Pick<Relaying, 'missed'>;
	readonly thread: Pick<Thread, 'message' | 'putMessage'>;
	/** Under which a message stands in the thread. */
	readonly nameOf: (mid: string) => string;
	readonly nickOf: (fp: string) => string;
};

export class Receipts {
	readonly #ports: ReceiptsPorts;
	/** By message id: the fps that stand beside it, joined. */
	readonly #marked = new Map<string, string>();

	constructor(ports: ReceiptsPorts) {
		this.#ports = ports;
	}

	look(): void {
		const missed = this.#ports.relaying.missed();
		for (const [mid, fps] of missed) if (this.#marked.get(mid) !== fps.join()) this.#mark(mid, fps);
		for (const mid of [...this.#marked.keys()]) if (!missed.has(mid)) this.#mark(mid, []);
	}

	#mark(mid: string, fps: readonly string[]): void {
		const { thread, nameOf, nickOf } = this.#ports;
		if (fps.length === 0) this.#marked.delete(mid);
		else this.#marked.set(mid, fps.join());
		const item = thread.message(nameOf(mid));
		if (item !== undefined) thread.putMessage({ ...item, missedBy: fps.map(nickOf) });
	}
}
