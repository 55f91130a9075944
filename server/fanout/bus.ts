/** What happens in a room, passed on to whoever is there. One process: memory-bus.ts; several: an adapter over Valkey. */

export type RoomEvent =
	| {
			readonly kind: 'envelope';
			/** Contiguous from 1 for content; 0 for control, which is never stored. */
			readonly seq: number;
			/** Seconds since the room was made. */
			readonly t: number;
			readonly env: Uint8Array;
			/** The poster's connection tag, base64url; `null` for a row that is replayed. */
			readonly tag: string | null;
			/** Unix ms. */
			readonly burnAt: number | null;
	  }
	| { readonly kind: 'burned'; readonly seq: number }
	| { readonly kind: 'presence'; readonly count: number; readonly joined: readonly string[]; readonly left: readonly string[] }
	/** Of a Direct room: a third person was refused. `t`: seconds since the room was made. */
	| { readonly kind: 'knock'; readonly t: number }
	| { readonly kind: 'gone'; readonly reason: 'ended' | 'purged' };

export interface Bus {
	/** `ref`: hex of the room's keyed name. Events of one room arrive in the order of publishing. */
	publish(ref: string, event: RoomEvent): void;
	subscribe(ref: string, listener: (event: RoomEvent) => void): () => void;
}
