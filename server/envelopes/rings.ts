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
	/** To be called every second: forgets what is older than a minute, or burned, and overwrites it. Gives back how many. */
	lapse(): number;
};

type Kept = { readonly envelope: Envelope; readonly mid: string; readonly until: number };
type Ring = { kept: Kept[]; readonly unsubscribe: () => void };

class RoomRings implements Rings {
	readonly #rings = new Map<string, Ring>();
	readonly #bus: Bus;
	readonly #now: () => number;
	/** Forgotten since the last lapse: a frame of this turn of the event loop may still be made of them. */
	#forgotten: Kept[] = [];

	constructor(bus: Bus, now: () => number) {
		this.#bus = bus;
		this.#now = now;
	}

	keep(ref: string, envelope: Envelope): void {
		const room = this.#rings.get(ref) ?? this.#begin(ref);
		const until = Math.min(this.#now() + ring.ms, envelope.burnAt ?? Infinity);
		room.kept.push({ envelope, mid: midOf(envelope.env), until });
		if (room.kept.length > ring.envelopes) this.#forgotten.push(...room.kept.splice(0, room.kept.length - ring.envelopes));
	}

	envelopes(ref: string): readonly Envelope[] {
		return this.#living(ref).map(({ envelope }) => envelope);
	}

	find(ref: string, env: Uint8Array): Envelope | null {
		const mid = midOf(env);
		return this.#living(ref).find((kept) => kept.mid === mid)?.envelope ?? null;
	}

	get isEmpty(): boolean {
		return this.#rings.size === 0 && this.#forgotten.length === 0;
	}

	lapse(): number {
		for (const { envelope } of this.#forgotten) envelope.env.fill(0);
		this.#forgotten = [];
		const now = this.#now();
		for (const [ref, room] of this.#rings) {
			this.#forgotten.push(...room.kept.filter(({ until }) => until <= now));
			room.kept = room.kept.filter(({ until }) => until > now);
			if (room.kept.length === 0) this.#drop(ref);
		}
		return this.#forgotten.length;
	}

	#living(ref: string): readonly Kept[] {
		const now = this.#now();
		return this.#rings.get(ref)?.kept.filter(({ until }) => until > now) ?? [];
	}

	#begin(ref: string): Ring {
		const unsubscribe = this.#bus.subscribe(ref, (event) => {
			if (event.kind === 'gone') this.#drop(ref);
		});
		const room: Ring = { kept: [], unsubscribe };
		this.#rings.set(ref, room);
		return room;
	}

	#drop(ref: string): void {
		const room = this.#rings.get(ref);
		if (room === undefined) return;
		this.#rings.delete(ref);
		room.unsubscribe();
		this.#forgotten.push(...room.kept);
	}
}

function midOf(env: Uint8Array): string {
	return toHex(messageId(env));
}

export function createRings({ bus, now }: { readonly bus: Bus; readonly now: () => number }): Rings {
	return new RoomRings(bus, now);
}
