/**
 * What one has written and the server has not acknowledged, in order. A letter is sealed as soon as it can be, so that a reload
 * finds it in the record; while it is only sealed it may still be taken back (docs/PROTOCOL.md §15).
 */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';
import type { ServerCode } from '#protocol/errors';
import { NobodyReads, NotKept } from './ports.ts';

/** `STORAGE`: this device could not keep it until its turn. `NOBODY`: there was nobody who could have read it. */
export type Reason = ServerCode | 'OFFLINE' | 'STORAGE' | 'NOBODY';

export type Letter = {
	readonly id: string;
	/** Empty once it has burned: then the envelope alone is held. */
	readonly text: string;
	/** Signed inside, and told to the server beside it. */
	readonly burnSeconds?: BurnSeconds | undefined;
	/** Unix ms: as signed, once sealed. */
	readonly time: number;
	/** When it first went out, or may have: unix ms by the server's clock. */
	readonly postedAt?: number;
	/** `refused`: by the server, for good. `unanswered`: nobody knows; it can only be sent again, as it is. */
	readonly state: 'draft' | 'sealed' | 'refused' | 'unanswered';
	readonly sealed?: { readonly envelope: Bytes; readonly mid: string };
	/** `INTERNAL`, too, when it could not be sealed. */
	readonly reason?: Reason;
	/** Its place among what waits on the disk. */
	readonly waits?: number | undefined;
};
export type SealedLetter = Letter & { readonly sealed: NonNullable<Letter['sealed']> };

export type OutboxPorts = {
	readonly seal: (
		letter: Pick<Letter, 'text' | 'burnSeconds' | 'waits'>
	) => Promise<{ readonly envelope: Bytes; readonly mid: string; readonly time: number }>;
	/** `letter`: what becomes a draft again, and where drafts lie on the disk its place there; `null` for what goes for good. */
	readonly takeBack: (mid: string, letter: Letter | null) => Promise<number | undefined>;
	readonly settle: (mid: string) => Promise<void>;
	/** A letter has something new to show. */
	readonly changed: (letter: Letter) => void;
	/** A letter waits at the head. */
	readonly ready: () => void;
	readonly report: (error: unknown) => void;
	/** How many may be sealed and not acknowledged; 16 unless told. */
	readonly ahead?: () => number;
};

/** The record holds 20; some room stays for those that a reload left. */
export const maxSealed = 16;

export class Outbox {
	readonly #ports: OutboxPorts;
	#letters: readonly Letter[] = [];
	#sealing: Promise<void> | null = null;
	/** Numbers are being given back: nothing may go out. */
	#isUnsealing = false;
	/** Message id → the letter's own name, which its item keeps. */
	readonly #names = new Map<string, string>();

	constructor(ports: OutboxPorts) {
		this.#ports = ports;
	}

	get letters(): readonly Letter[] {
		return this.#letters;
	}

	nameOf(mid: string): string | undefined {
		return this.#names.get(mid);
	}

	add(letter: Letter): void {
		this.#letters = [...this.#letters, letter];
		if (letter.sealed !== undefined) this.#names.set(letter.sealed.mid, letter.id);
		this.#sealAll();
		this.#ports.changed(letter);
	}

	/** The first that is to go out, when it is sealed; `null` while an unanswered one stands before it. */
	head(): SealedLetter | null {
		if (this.#isUnsealing) return null;
		const first = this.#letters.find((letter) => letter.state !== 'refused');
		return first?.state === 'sealed' && isSealed(first) ? first : null;
	}

	/** It goes out: from the first time on it may be at the server, whatever comes back. `now`: unix ms by the server's clock. */
	posting({ id }: SealedLetter, now: number): void {
		this.#change(id, { postedAt: this.#find(id)?.postedAt ?? now });
	}

	/** Its time is over: nothing is held but the envelope. */
	burned(id: string): void {
		this.#change(id, { text: '' });
	}

	/** The server has it. `undefined` when that was known. */
	sent(mid: string): Letter | undefined {
		const letter = this.#letters.find((each) => each.sealed?.mid === mid);
		if (letter === undefined) return undefined;
		this.#letters = this.#letters.filter((each) => each !== letter);
		this.#ports.settle(mid).catch(this.#ports.report);
		this.#sealAll();
		return letter;
	}

	/** No answer after several tries. The ones behind it wait, since their chain hangs on it. */
	unanswered(letter: SealedLetter): void {
		this.#change(letter.id, { state: 'unanswered', reason: 'OFFLINE' });
		for (const each of this.#letters) if (this.isHeldBack(each)) this.#ports.changed(each);
	}

	/** Whether an unanswered one stands before it. */
	isHeldBack(letter: Letter): boolean {
		if (letter.state === 'unanswered' || letter.state === 'refused') return false;
		const first = this.#letters.find((each) => each.state !== 'refused');
		return first?.state === 'unanswered' && first.id !== letter.id;
	}

	/** Refused for good: its number is given back, and those sealed after it are drafts again. */
	async refused(letter: SealedLetter, reason: ServerCode): Promise<void> {
		while (this.#sealing !== null) await this.#sealing;
		await this.#work(() => this.#takeBack(letter, reason));
	}

	/** Sends again what failed: as it is when nobody knows its fate, as a new one when it was refused. */
	retry(id: string): void {
		const letter = this.#find(id);
		if (letter?.state === 'unanswered') this.#goOn(id);
		else if (letter?.state === 'refused') {
			this.#letters = [...this.#letters.filter((each) => each !== letter), letter];
			this.#change(id, { state: 'draft' });
		} else return;
		this.#sealAll();
	}

	/** `false` when the letter may be at the server already. */
	discard(id: string): boolean {
		const letter = this.#find(id);
		if (letter === undefined || letter.sealed !== undefined) return false;
		this.#letters = this.#letters.filter((each) => each !== letter);
		return true;
	}

	/** What has not gone out is a draft again, to be sealed when it can go: for those who are there then. */
	async unseal(): Promise<void> {
		while (this.#sealing !== null) await this.#sealing;
		const first = this.#letters.filter(isSealed).find(({ state, postedAt }) => state === 'sealed' && postedAt === undefined);
		if (first === undefined) return;
		this.#isUnsealing = true;
		await this.#work(() => this.#takeBack(first, null)).finally(() => (this.#isUnsealing = false));
		this.#ports.ready();
	}

	/** What waits was written to somebody who has gone: it is for nobody else, unless the person says so. */
	async abandon(): Promise<void> {
		await this.unseal();
		for (const { id, state } of this.#letters) if (state === 'draft') this.#change(id, { state: 'refused', reason: 'NOBODY' });
	}

	/** After a reconnection, or a while, what went unanswered is tried again. */
	resume(): void {
		for (const letter of this.#letters) if (letter.state === 'unanswered') this.#goOn(letter.id);
		this.#sealAll();
	}

	/** As it is; those behind it are on their way again, too. */
	#goOn(id: string): void {
		const heldBack = this.#letters.filter((each) => this.isHeldBack(each));
		this.#change(id, { state: 'sealed' });
		for (const each of heldBack) this.#ports.changed(each);
	}

	#sealAll(): void {
		if (this.#sealing === null && this.#nextDraft() !== undefined) void this.#work(() => this.#sealDrafts());
		this.#ports.ready();
	}

	/** Sealing and taking back never run at the same time, so that the newest number is always known. */
	#work(task: () => Promise<void>): Promise<void> {
		const failed = (error: unknown) => {
			this.#ports.report(error);
			return false;
		};
		this.#sealing = task()
			.then(() => true, failed)
			.then((done) => {
				this.#sealing = null;
				if (done) this.#sealAll();
			});
		return this.#sealing;
	}

	/** `reason`: why the first of them was refused; `null`: it wasn't. */
	async #takeBack(letter: SealedLetter, reason: ServerCode | null): Promise<void> {
		const from = this.#letters.findIndex((each) => each.id === letter.id);
		const after = this.#letters.slice(from).filter(isSealed);
		for (const { id, text, sealed } of after.reverse()) {
			const waits = await this.#ports.takeBack(sealed.mid, text === '' ? null : (this.#find(id) ?? null));
			this.#names.delete(sealed.mid);
			// Nothing is left of it that could be sent.
			if (text === '') this.#letters = this.#letters.filter((each) => each.id !== id);
			else
				this.#unseal(id, id === letter.id && reason !== null ? { state: 'refused', reason, waits } : { state: 'draft', waits });
		}
	}

	#nextDraft(): Letter | undefined {
		if (this.#letters.filter(isSealed).length >= (this.#ports.ahead?.() ?? maxSealed)) return undefined;
		return this.#letters.find((letter) => letter.state === 'draft');
	}

	async #sealDrafts(): Promise<void> {
		for (let letter = this.#nextDraft(); letter !== undefined; letter = this.#nextDraft()) {
			const { id } = letter;
			const sealed = await this.#ports.seal(letter).catch((error: unknown) => this.#fault(error));
			if (typeof sealed === 'string') {
				// It took no number: those behind it do not wait, and this one may be tried again by hand.
				this.#change(id, { state: 'refused', reason: sealed });
				continue;
			}
			const { envelope, mid, time } = sealed;
			// Discarded while it was being sealed: it is the newest, and nobody has seen it.
			if (!this.#letters.some((each) => each.id === id)) {
				await this.#ports.takeBack(mid, null);
				continue;
			}
			this.#names.set(mid, id);
			this.#change(id, { state: 'sealed', sealed: { envelope, mid }, time });
			this.#ports.ready();
		}
	}

	/** A full disk is no fault of ours, nor an empty room. */
	#fault(error: unknown): Reason {
		if (error instanceof NotKept) return 'STORAGE';
		if (error instanceof NobodyReads) return 'NOBODY';
		this.#ports.report(error);
		return 'INTERNAL';
	}

	#find(id: string): Letter | undefined {
		return this.#letters.find((letter) => letter.id === id);
	}

	#change(id: string, change: Partial<Letter>): void {
		this.#letters = this.#letters.map((letter) => (letter.id === id ? { ...letter, ...change } : letter));
		const letter = this.#find(id);
		if (letter !== undefined) this.#ports.changed(letter);
	}

	#unseal(id: string, change: Partial<Letter>): void {
		this.#letters = this.#letters.map((letter) => {
			if (letter.id !== id) return letter;
			const { sealed: _given, postedAt: _at, ...draft } = letter;
			return draft;
		});
		this.#change(id, change);
	}
}

function isSealed(letter: Letter): letter is SealedLetter {
	return letter.sealed !== undefined;
}
