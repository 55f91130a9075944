/** Who can read what one writes where not everybody in the room can: asked of the key worker whenever that may be others now. */
import type { KeyRef, ReadersChange } from '../vault/calls.ts';
import type { Mail } from './mail.ts';
import type { Ports } from './ports.ts';

export type ReadersPorts = Pick<Ports, 'vault'> & {
	readonly key: KeyRef;
	readonly mail: Pick<Mail, 'settle'>;
	/** Fps of those whom one had stopped sending to before a reload. */
	readonly stopped: readonly string[];
	readonly later: (run: () => void, ms: number) => void;
	/** Our key is another one: the others must be told. */
	readonly renewed: () => void;
	readonly changed: () => void;
	readonly report: (error: unknown) => void;
};

/** docs/PROTOCOL.md §9. */
const rotateMs = 15 * 60_000;
const dropMs = 2 * 60_000;

export class Readers {
	readonly #ports: ReadersPorts;
	#fps: readonly string[] = [];
	#stopped: readonly string[];
	#wake: (() => void)[] = [];

	constructor(ports: ReadersPorts) {
		this.#ports = ports;
		this.#stopped = ports.stopped;
	}

	/** The same array as long as they are the same. */
	get fps(): readonly string[] {
		return this.#fps;
	}

	/** Those whom one has stopped sending to. */
	get stopped(): readonly string[] {
		return this.#stopped;
	}

	begin(): void {
		this.#ports.later(() => void this.#rotate().catch(this.#ports.report), rotateMs);
	}

	/** Somebody has answered, or come back. */
	look(): Promise<void> {
		return this.#change();
	}

	left(fp: string): void {
		this.#change({ is: 'left', fp }).catch(this.#ports.report);
	}

	/** A reload remembers it. */
	async stopSending(fp: string, excluded: boolean): Promise<void> {
		if (this.#stopped.includes(fp) === excluded) return;
		const others = this.#stopped.filter((each) => each !== fp);
		this.#stopped = excluded ? [...others, fp] : others;
		await this.#change({ is: 'exclude', fp, excluded });
		await this.#ports.mail.settle([]);
	}

	/** Resolves when there is somebody. */
	async somebody(): Promise<void> {
		while (this.#fps.length === 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
	}

	async #rotate(): Promise<void> {
		const { later, renewed, report } = this.#ports;
		this.begin();
		await this.#change({ is: 'rotate' });
		renewed();
		later(() => void this.#change({ is: 'dropOldKeys' }).catch(report), dropMs);
	}

	async #change(change?: ReadersChange): Promise<void> {
		const { vault, key, changed } = this.#ports;
		const { fps } = await vault.call('readers', { key, ...(change && { change }) });
		if (fps.join() === this.#fps.join() && change?.is !== 'exclude') return;
		this.#fps = fps;
		changed();
		if (fps.length === 0) return;
		const wake = this.#wake;
		this.#wake = [];
		for (const run of wake) run();
	}
}
