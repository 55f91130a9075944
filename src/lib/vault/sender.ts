/** Who one is in a room: the key, its numbers and chain, and what the server has not acknowledged. PURE; docs/PROTOCOL.md §8, §15. */
import type { Bytes } from '#protocol/bytes';
import { toHex } from '#protocol/bytes';
import type { EnvelopeKind } from '#protocol/envelope';
import { messageId } from '#protocol/envelope';
import { fingerprintOf } from '../crypto/fingerprint.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import { maxUnsent } from '../crypto/resume.ts';
import { hashSize, publicKeyOf, wipe } from '../crypto/suite.ts';
import type { Author, Me } from './calls.ts';

export type Numbers = { readonly seq: number; readonly prev: Bytes };
export type Unsent = Numbers & { readonly envelope: Bytes };

/** Control numbers are reserved by the thousand, so that typing writes nothing to the disk. */
const reservation = 1000;
const noChain = new Uint8Array(hashSize);

export class Sender {
	readonly idSeed: Bytes;
	readonly publicKey: Bytes;
	readonly me: Me;
	#author: Author;
	#session: Bytes = new Uint8Array(32);
	#seq0 = 0;
	#prev0: Bytes = noChain;
	#seq1 = 0;
	#reserved1 = 0;
	#unsent: readonly Unsent[] = [];
	#saved = false;

	constructor(idSeed: Bytes, author: Author) {
		this.idSeed = idSeed;
		this.publicKey = publicKeyOf(idSeed);
		this.me = { sender: toHex(this.publicKey), ...fingerprintOf(this.publicKey) };
		this.#author = author;
	}

	/** `unsent`: the record's envelopes, opened. */
	static restore(record: ResumeRecord, author: Author, unsent: readonly Unsent[]): Sender {
		const sender = new Sender(record.idSeed, author);
		sender.#session = record.session;
		sender.#seq0 = record.seq0;
		sender.#prev0 = record.prev0;
		sender.#seq1 = sender.#reserved1 = record.seq1;
		sender.#unsent = unsent;
		return sender;
	}

	get author(): Author {
		return this.#author;
	}

	/** The record on the disk is out of date. */
	get changed(): boolean {
		return !this.#saved;
	}

	/** Throws when as many as the record holds are under way already. */
	next(kind: EnvelopeKind): Numbers {
		if (kind === 'control') return { seq: this.#seq1 + 1, prev: noChain };
		if (this.#unsent.length >= maxUnsent) throw new Error(`sender: ${maxUnsent} messages are not settled`);
		return { seq: this.#seq0 + 1, prev: this.#prev0 };
	}

	/** The numbers of `next` are used up. */
	take(kind: EnvelopeKind, sealed: Unsent & { readonly chain: Bytes }): void {
		if (kind === 'control') return this.#takeControl(sealed.seq);
		this.#seq0 = sealed.seq;
		this.#prev0 = sealed.chain;
		this.#unsent = [...this.#unsent, sealed];
		this.#saved = false;
	}

	#takeControl(seq: number): void {
		this.#seq1 = seq;
		if (seq <= this.#reserved1) return;
		this.#reserved1 = seq + reservation - 1;
		this.#saved = false;
	}

	settle(mids: readonly string[]): void {
		const left = this.#unsent.filter(({ envelope }) => !mids.includes(toHex(messageId(envelope))));
		if (left.length !== this.#unsent.length) this.#saved = false;
		this.#unsent = left;
	}

	/** Throws unless it is the newest: a number in the middle that nobody sees would alarm everybody. */
	takeBack(mid: string): void {
		const newest = this.#unsent.at(-1);
		if (newest === undefined || newest.seq !== this.#seq0 || toHex(messageId(newest.envelope)) !== mid) {
			throw new Error('sender: only the newest message can be taken back');
		}
		this.#seq0 = newest.seq - 1;
		this.#prev0 = newest.prev;
		this.settle([mid]);
	}

	remember(kept: { readonly author?: Author | undefined; readonly session?: Bytes | undefined }): void {
		this.#author = kept.author ?? this.#author;
		this.#session = kept.session ?? this.#session;
		this.#saved = false;
	}

	/** What to save now; `changed` is false afterwards. `stopped`: fps of those whom one sends nothing to. */
	save(stopped: readonly string[]): ResumeRecord {
		this.#saved = true;
		return {
			idSeed: this.idSeed,
			seq0: this.#seq0,
			prev0: this.#prev0,
			seq1: this.#reserved1,
			unsent: this.#unsent.map(({ envelope }) => envelope),
			session: this.#session,
			author: this.#author,
			stopped
		};
	}

	forget(): void {
		wipe(this.idSeed, this.#session);
	}
}
