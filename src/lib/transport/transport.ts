/** The way that envelopes take between the people of a room, once one is in it. Modes are adapters behind this. */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';

export type Posted = {
	/** The server's number; 0 for control. */
	readonly seq: number;
	/** Seconds since the room was made. */
	readonly t: number;
	/** True when the server had it before, so that this was a resend. */
	readonly known: boolean;
};

export type TransportEvent =
	| {
			readonly is: 'envelope';
			readonly seq: number;
			readonly t: number;
			readonly env: Bytes;
			/** The poster's connection, base64url; `null` for a row that is replayed. */
			readonly tag: string | null;
			/** When the server burns it, unix ms by its clock; `null`: never. Absent: it came past the server. */
			readonly burnAt?: number | null;
	  }
	| { readonly is: 'burned'; readonly seq: number }
	| { readonly is: 'presence'; readonly count: number; readonly joined: readonly string[]; readonly left: readonly string[] }
	/** Of a Direct room: a third person was refused. */
	| { readonly is: 'knock' }
	| { readonly is: 'gone'; readonly reason: 'ended' | 'purged' };

/** A row of the room; `env` is `null` when it was burned. `burnAt`: as in `TransportEvent`. */
export type Row = { readonly seq: number; readonly t: number; readonly env: Bytes | null; readonly burnAt: number | null };

/**
 * The newest `limit` rows below `before`, or the oldest above `after`; the newest of all without either. Ascending. `asHeld`: as the
 * server holds them at this moment, and nothing else will do.
 */
export type RowQuery = { readonly before?: number; readonly after?: number; readonly limit: number; readonly asHeld?: true };

/** Credentials for the server's relay, good for 20 minutes. */
export type RelayAccess = { readonly urls: readonly string[]; readonly username: string; readonly credential: string };

/** Everything that can be awaited throws `ApiFailure`. */
export interface Transport {
	/** `burnSeconds`: the number that is signed inside; the server deletes it so long after its arrival. */
	post(envelope: Uint8Array, burnSeconds?: BurnSeconds): Promise<Posted>;
	history(query: RowQuery): Promise<{ readonly rows: readonly Row[]; readonly headSeq: number }>;
	/** Events from the row after `after` on, in order. To be called once. */
	listen(after: number, listener: (event: TransportEvent) => void): void;
	purge(): Promise<void>;
	leave(): Promise<void>;
	/** `null`: this server has no relay. */
	relay(): Promise<RelayAccess | null>;
	/** Lets people join again after too many wrong passwords. */
	unlock(): Promise<void>;
	/** Resolves with the close code when this way is gone for good. */
	readonly closed: Promise<number>;
	close(): void;
}
