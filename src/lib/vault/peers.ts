/** Who reads what one writes, and whose slots one looks for: docs/PROTOCOL.md §9. The keys of here live in memory alone. */
import type { Bytes } from '#protocol/bytes';
import { equalBytes, toHex } from '#protocol/bytes';
import { messageId } from '#protocol/envelope';
import type { Party } from '../crypto/exchange.ts';
import { derivePairKey, findCek, maxRecipients } from '../crypto/exchange.ts';
import { fingerprintOf } from '../crypto/fingerprint.ts';
import type { ExchangeKey, Random } from '../crypto/suite.ts';
import { empty, makeExchangeKey, wipe } from '../crypto/suite.ts';
import type { ReadersChange } from './calls.ts';

/** Whose pair keys: the room's, and one's own Ed25519 key. */
export type PeersOf = { readonly roomKey: Bytes; readonly sender: Bytes };

/** Of one of our own keys and one of a peer's. */
type Pair = { readonly mine: ExchangeKey; readonly theirs: Bytes; readonly pairKey: Bytes };

type Peer = {
	readonly sender: Bytes;
	/** The newest last: what was sealed before a peer's change of keys may come after it. */
	x25519Pubs: readonly Bytes[];
	/** What opens this peer's messages: for each of our own keys and each of the peer's. */
	pairs: readonly Pair[];
	/** What this peer reads by; `null` until it has answered a hello of ours. */
	reads: Pair | null;
};

const keysOfPeer = 2;
/** Own envelopes come back from the server within seconds. */
const ownKept = 256;

export class Peers {
	readonly #random: Random;
	readonly #most: number;
	/** The newest last; the one before it lives on until `dropOldKeys`. */
	#mine: ExchangeKey[];
	/** By fp, in the order of their first answer; who has only said hello stands there too. */
	readonly #peers = new Map<string, Peer>();
	readonly #excluded = new Set<string>();
	/** Numbers of the newest greetings, by key. */
	readonly #heard = new Map<string, number>();
	/** What an answer to our last hello must echo. */
	#joinNonce: Bytes | null = null;
	/** Keys of own envelopes, by message id: nobody has a slot for themselves. */
	readonly #own = new Map<string, Bytes>();

	/** `most`: readers at a time. */
	constructor(random: Random, most = maxRecipients) {
		this.#random = random;
		this.#most = most;
		this.#mine = [makeExchangeKey(random)];
	}

	/** Of the key that hellos carry. */
	get x25519Pub(): Bytes {
		return this.#newest.publicKey;
	}

	/** The fps of those for whom nothing is sealed, whatever they answer. */
	get excluded(): readonly string[] {
		return [...this.#excluded];
	}

	/** Those who read what is sealed now, the earliest first, and the keys that it is sealed by. `among`: fps; nobody else reads it. */
	readers(among?: readonly string[]): { readonly fps: readonly string[]; readonly pairKeys: readonly Bytes[] } {
		const readers = this.#recipients().filter(([fp]) => among?.includes(fp) ?? true);
		return {
			fps: readers.map(([fp]) => fp),
			pairKeys: readers.flatMap(([, { reads }]) => (reads === null ? [] : [reads.pairKey]))
		};
	}

	/** Of one of them. Throws when this member doesn't read us. */
	pairKeyOf(fp: string): Bytes {
		const reads = this.#recipients().find(([each]) => each === fp)?.[1].reads;
		if (reads == null) throw new Error('peers: this member does not read us');
		return reads.pairKey;
	}

	/** Whether nothing of this member (hex) with this number or a higher one has greeted here: §10. */
	isNew(sender: string, seq: number): boolean {
		if (seq <= (this.#heard.get(sender) ?? 0)) return false;
		this.#heard.set(sender, seq);
		return true;
	}

	/** A hello with this nonce goes out. */
	greet(joinNonce: Bytes): void {
		this.#joinNonce = joinNonce.slice();
	}

	/** A hello, or the answer to one: what it was sealed for can be read from now on. Throws `X25519`. */
	async hear(of: PeersOf, sender: Bytes, x25519Pub: Bytes): Promise<void> {
		const peer = this.#peer(sender);
		if (peer.x25519Pubs.some((known) => equalBytes(known, x25519Pub))) return;
		const pubs = [...peer.x25519Pubs, x25519Pub].slice(-keysOfPeer);
		const pairs = await this.#pairsOf(of, sender, pubs);
		wipePairs(peer.pairs);
		peer.pairs = pairs;
		peer.x25519Pubs = pubs;
	}

	/** An answer: it makes a reader of who echoes our last hello. A recorded one can't. Throws `X25519`. */
	async heed(of: PeersOf, sender: Bytes, answer: { readonly x25519Pub: Bytes; readonly joinNonce: Bytes }): Promise<void> {
		if (this.#joinNonce === null || !equalBytes(this.#joinNonce, answer.joinNonce)) return;
		await this.hear(of, sender, answer.x25519Pub);
		const { fp } = fingerprintOf(sender);
		const peer = this.#peer(sender);
		const isNew = peer.reads === null;
		peer.reads = await this.#pairOf(of, this.#newest, { sender, x25519Pub: answer.x25519Pub });
		if (!isNew) return;
		this.#peers.delete(fp);
		this.#peers.set(fp, peer);
	}

	/** Whether what is sealed now opens with this key of theirs, unless the person has stopped that. */
	readsBy(sender: Bytes, x25519Pub: Bytes): boolean {
		const reads = this.#peers.get(fingerprintOf(sender).fp)?.reads ?? null;
		return reads !== null && equalBytes(reads.theirs, x25519Pub);
	}

	/** As before a reload. Returns all of them. */
	excludeAlso(fps: readonly string[]): readonly string[] {
		for (const fp of fps) this.#excluded.add(fp);
		return this.excluded;
	}

	async apply(of: PeersOf, change: ReadersChange): Promise<void> {
		switch (change.is) {
			case 'rotate':
				return this.#rotate(of);
			case 'dropOldKeys':
				return this.#dropOld();
			case 'exclude':
				return void (change.excluded ? this.#excluded.add(change.fp) : this.#excluded.delete(change.fp));
			case 'left':
				return this.#forget(change.fp);
		}
	}

	keepOwn(envelope: Bytes, cek: Bytes): void {
		this.#own.set(toHex(messageId(envelope)), cek);
		const [oldest] = this.#own.keys();
		if (this.#own.size <= ownKept || oldest === undefined) return;
		wipe(this.#own.get(oldest) ?? empty);
		this.#own.delete(oldest);
	}

	/** The key of an envelope with slots; `null` when none of them is for us. */
	findCek(envelope: Bytes): Bytes | null {
		const own = this.#own.get(toHex(messageId(envelope)));
		return own ?? findCek(this.#allPairKeys(), envelope);
	}

	/** Best effort, and for good. */
	wipe(): void {
		wipe(...this.#mine.map(({ secret }) => secret), ...this.#own.values());
		for (const fp of [...this.#peers.keys()]) this.#forget(fp);
		this.#own.clear();
	}

	get #newest(): ExchangeKey {
		const newest = this.#mine.at(-1);
		if (newest === undefined) throw new Error('peers: no key');
		return newest;
	}

	async #rotate(of: PeersOf): Promise<void> {
		this.#dropOld();
		this.#mine = [this.#newest, makeExchangeKey(this.#random)];
		for (const peer of this.#peers.values()) {
			const pairs = await this.#pairsOf(of, peer.sender, peer.x25519Pubs);
			wipePairs(peer.pairs);
			peer.pairs = pairs;
		}
	}

	#dropOld(): void {
		const newest = this.#newest;
		const gone = this.#mine.filter((key) => key !== newest);
		wipe(...gone.map(({ secret }) => secret));
		this.#mine = [newest];
		for (const peer of this.#peers.values()) {
			wipePairs(peer.pairs.filter(({ mine }) => mine !== newest));
			peer.pairs = peer.pairs.filter(({ mine }) => mine === newest);
			if (peer.reads === null || peer.reads.mine === newest) continue;
			wipePairs([peer.reads]);
			peer.reads = null;
		}
	}

	#forget(fp: string): void {
		const peer = this.#peers.get(fp);
		this.#peers.delete(fp);
		if (peer !== undefined) wipePairs(peer.reads === null ? peer.pairs : [...peer.pairs, peer.reads]);
	}

	#recipients(): readonly (readonly [string, Peer])[] {
		return [...this.#peers].filter(([fp, { reads }]) => reads !== null && !this.#excluded.has(fp)).slice(0, this.#most);
	}

	#peer(sender: Bytes): Peer {
		const { fp } = fingerprintOf(sender);
		const known = this.#peers.get(fp);
		if (known !== undefined) return known;
		const peer: Peer = { sender, x25519Pubs: [], pairs: [], reads: null };
		this.#peers.set(fp, peer);
		return peer;
	}

	#allPairKeys(): readonly Bytes[] {
		return [...this.#peers.values()].flatMap(({ pairs }) => pairs.map(({ pairKey }) => pairKey));
	}

	/** The newest of both sides first: that is what most are sealed by. */
	#pairsOf(of: PeersOf, sender: Bytes, pubs: readonly Bytes[]): Promise<Pair[]> {
		const both = this.#mine.toReversed().flatMap((mine) => pubs.toReversed().map((x25519Pub) => ({ mine, x25519Pub })));
		return Promise.all(both.map(({ mine, x25519Pub }) => this.#pairOf(of, mine, { sender, x25519Pub })));
	}

	async #pairOf({ roomKey, sender }: PeersOf, mine: ExchangeKey, peer: Party): Promise<Pair> {
		return { mine, theirs: peer.x25519Pub, pairKey: await derivePairKey(roomKey, { sender, key: mine }, peer) };
	}
}

function wipePairs(pairs: readonly Pair[]): void {
	wipe(...pairs.map(({ pairKey }) => pairKey));
}
