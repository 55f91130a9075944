/** What the server remembers of Live rooms, for who comes back after a moment: in memory alone, and not for long (docs/PROTOCOL.md §11). */
import { toHex } from '#protocol/bytes';
import { messageId } from '#protocol/envelope';
import { ring } from '#protocol/live';
import type { Bus, RoomEvent } from '../fanout/bus.ts';

type Envelope = Extract<RoomEvent, { kind: 'envelope' }>;

export type Rings = {
	/** The room's newest envelope. */
	keep(ref: string, envelope: Envelope): void;
	/** What is remembered, oldest first. */
	envelopes(ref: string): readonly Envelope[];
	/** The one with this message id, if it is still known. */
	find(ref: string, env: Uint8Array): Envelope | null;
	/** Nothing of any room is remembered, nor waits to be overwritten. */
	readonly isEmpty: boolean;
	/**
	 * To be called every second: forgets what is older than a minute, or burned, and overwrites what was forgotten before the last
	 * call. Gives back how many are to be overwritten next.
	 */
	lapse(): number;
};

type Kept = { readonly envelope: Envelope; readonly until: number };
/** `kept`: by message id, oldest first. */
type Ring = { readonly kept: Map<string, Kept>; readonly unsubscribe: () => void };

class RoomRings implements Rings {
	readonly #rings = new Map<string, Ring>();
	readonly #bus: Bus;
	readonly #now: () => number;
	/** Since the last lapse: a frame may still be made of them. */
	#forgotten: Kept[] = [];
	/** Before the last lapse. */
	#stale: readonly Kept[] = [];

	constructor(bus: Bus, now: () => number) {
		this.#bus = bus;
		this.#now = now;
	}

	keep(ref: string, envelope: Envelope): void {
		const room = this.#rings.get(ref) ?? this.#begin(ref);
		const until = Math.min(this.#now() + ring.ms, envelope.burnAt ?? Infinity);
		const mid = midOf(envelope.env);
		// One whose minute is over, and that no lapse has taken yet, comes anew.
		const before = room.kept.get(mid);
		if (before !== undefined) this.#forget(room, [mid, before]);
		const [oldest] = room.kept;
		if (oldest !== undefined && room.kept.size === ring.envelopes) this.#forget(room, oldest);
		room.kept.set(mid, { envelope, until });
	}

	envelopes(ref: string): readonly Envelope[] {
		const now = this.#now();
		const kept = [...(this.#rings.get(ref)?.kept.values() ?? [])];
		return kept.filter(({ until }) => until > now).map(({ envelope }) => envelope);
	}

	find(ref: string, env: Uint8Array): Envelope | null {
		const kept = this.#rings.get(ref)?.kept.get(midOf(env));
		return kept === undefined || kept.until <= this.#now() ? null : kept.envelope;
	}

	get isEmpty(): boolean {
		return this.#rings.size === 0 && this.#forgotten.length === 0 && this.#stale.length === 0;
	}

	lapse(): number {
		for (const { envelope } of this.#stale) envelope.env.fill(0);
		const now = this.#now();
		for (const [ref, room] of this.#rings) {
			for (const entry of room.kept) if (entry[1].until <= now) this.#forget(room, entry);
			if (room.kept.size === 0) this.#drop(ref);
		}
		this.#stale = this.#forgotten;
		this.#forgotten = [];
		return this.#stale.length;
	}

	#forget({ kept }: Ring, [mid, lost]: readonly [string, Kept]): void {
		kept.delete(mid);
		this.#forgotten.push(lost);
	}

	#begin(ref: string): Ring {
		const unsubscribe = this.#bus.subscribe(ref, (event) => {
			if (event.kind === 'gone') this.#drop(ref);
		});
		const room: Ring = { kept: new Map(), unsubscribe };
		this.#rings.set(ref, room);
		return room;
	}

	#drop(ref: string): void {
		const room = this.#rings.get(ref);
		if (room === undefined) return;
		this.#rings.delete(ref);
		room.unsubscribe();
		this.#forgotten.push(...room.kept.values());
	}
}

function midOf(env: Uint8Array): string {
	return toHex(messageId(env));
}

export function createRings({ bus, now }: { readonly bus: Bus; readonly now: () => number }): Rings {
	return new RoomRings(bus, now);
}
