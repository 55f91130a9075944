/** Messages of a room whose server keeps none: sealed for those who read one now, and given to it again until they have them. */
import type { BurnSeconds } from '#protocol/burn';
import { ApiFailure } from '../api/failure.ts';
import type { Outgoing, Sealed } from '../vault/calls.ts';
import { judge } from './flush.ts';
import type { Mail } from './mail.ts';
import { NobodyReads } from './ports.ts';
import type { Readers } from './readers.ts';
import { pause } from './timers.ts';
import { lostBy, Unheard } from './unheard.ts';
import type { PassedOn } from './unheard.ts';

export type RelayingPorts = {
	readonly mail: Mail;
	readonly readers: Pick<Readers, 'somebody'>;
	/** Resolves when those who have just come in can read, too, or should have. */
	readonly settled: () => Promise<unknown>;
	/** Nobody else is connected by the server's word, and nobody is expected back. */
	readonly isAlone: () => boolean;
	/** Monotonic ms. */
	readonly now: () => number;
};

/** Who has just come in has answered by then. */
const patienceMs = 5000;
const laterMs = 1000;
const maxTries = 3;

export class Relaying {
	readonly #ports: RelayingPorts;
	readonly #unheard = new Unheard();
	/** Not passed on yet; by message id. */
	readonly #sealed = new Map<string, Omit<PassedOn, 'mid'>>();
	/** Whose page is another one now, and who has not answered us from it yet: what is sealed for them meanwhile they can't read. */
	readonly #anew = new Set<string>();
	#isStale = false;

	constructor(ports: RelayingPorts) {
		this.#ports = ports;
	}

	/** What is written now is written to nobody. */
	get isAlone(): boolean {
		return this.#ports.isAlone();
	}

	/** Throws `NobodyReads`, and then it took no number. */
	async seal(body: Extract<Outgoing, { readonly type: 'text' }>): Promise<Sealed> {
		const { mail } = this.#ports;
		if (!(await this.#isRead())) throw new NobodyReads();
		await this.#ports.settled();
		const sealed = await mail.seal(body);
		if (sealed.readers.length === 0) {
			// The last one has gone meanwhile.
			await mail.takeBack(sealed.mid, null);
			throw new NobodyReads();
		}
		const { envelope, seq, readers } = sealed;
		const letter = { envelope, seq, readers, burnSeconds: body.burnSeconds };
		this.#sealed.set(
			sealed.mid,
			readers.filter((fp) => this.#anew.has(fp)).reduce((left, fp) => lostBy(left, fp), letter)
		);
		return sealed;
	}

	/** It was refused, and is no more. */
	takeBack(mid: string): void {
		this.#sealed.delete(mid);
	}

	/** The server has had it. */
	passedOn(mid: string): void {
		const letter = this.#sealed.get(mid);
		this.#sealed.delete(mid);
		if (letter !== undefined) this.#unheard.add({ mid, ...letter }, this.#ports.now());
	}

	/** This reader has what we have sent up to this number. */
	heard(fp: string, upTo: number): void {
		this.#unheard.heard(fp, upTo);
	}

	left(fp: string): void {
		this.#unheard.left(fp);
	}

	/** They are back on a page that knows nothing of us: what was sealed for the one before is lost to them. */
	anew(fp: string): void {
		this.#anew.add(fp);
		this.#unheard.anew(fp);
		for (const [mid, letter] of this.#sealed) if (letter.readers.includes(fp)) this.#sealed.set(mid, lostBy(letter, fp));
	}

	/** What is sealed from now on they can read. */
	reads(fp: string): void {
		this.#anew.delete(fp);
	}

	/** Who may not have what, by message id: fps. */
	missed(): ReadonlyMap<string, readonly string[]> {
		return this.#unheard.missed(this.#ports.now());
	}

	/** On a new connection, before anything new. `isGone`: what has burned stays away. */
	async sendAgain(isGone: (mid: string) => boolean): Promise<void> {
		do {
			this.#isStale = false;
			await this.#sendAll(isGone);
		} while (this.#isStale);
	}

	/** The line has changed meanwhile: there may be another server, which has had none of it. */
	beginAgain(): void {
		this.#isStale = true;
	}

	async #sendAll(isGone: (mid: string) => boolean): Promise<void> {
		for (const { mid, envelope, burnSeconds } of this.#unheard.due(this.#ports.now())) {
			if (!isGone(mid) && !(await this.#post(envelope, burnSeconds))) return;
		}
	}

	async #isRead(): Promise<boolean> {
		const { readers, isAlone } = this.#ports;
		if (isAlone()) return false;
		const limit = pause(patienceMs);
		const isRead = await Promise.race([readers.somebody().then(() => true), limit.done.then(() => false)]);
		limit.cancel();
		return isRead;
	}

	/** `false`: the connection is gone again. */
	async #post(envelope: Uint8Array, burnSeconds: BurnSeconds | undefined): Promise<boolean> {
		for (let tries = 1; ;) {
			try {
				await this.#ports.mail.post(envelope, burnSeconds);
				return true;
			} catch (error) {
				if (!(error instanceof ApiFailure)) throw error;
				const judgement = judge(error.code);
				if (judgement === 'refused') return true;
				if (judgement === 'rejoin' || (judgement === 'again' && ++tries > maxTries)) return false;
				await pause(laterMs).done;
			}
		}
	}
}
