/** What a stay in a room needs from outside: the vault, time, chance, the page's signs and its storage. Tests give their own. */
import type { Bytes } from '#protocol/bytes';
import type { Mode } from '#protocol/mode';
import type { Entry } from '../api/rooms.ts';
import type { Transport } from '../transport/transport.ts';
import type { Author, KeyRef, Me } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import type { Draw } from './nick.ts';
import type { Ending } from './view.ts';

export type Clock = {
	/** Monotonic ms. */
	readonly now: () => number;
	/** Unix ms. */
	readonly wall: () => number;
};

export type PageEvent = 'visible' | 'hidden' | 'online' | 'offline';

export interface PageSigns {
	isHidden(): boolean;
	isOnline(): boolean;
	/** Returns the function that ends it. */
	watch(listener: (event: PageEvent) => void): () => void;
	/** Runs once before the next frame is drawn, and soon even when none is. */
	beforeFrame(run: () => void): void;
}

/** Where the sealed record goes: written before every send. */
export type Keepsake = { write(record: Uint8Array): void };

/** A try at joining that came through. */
export type Joined = {
	readonly transport: Transport;
	readonly entry: Entry;
	/** The server's clock from here on, unix ms. */
	readonly serverNow: () => number;
	/** When the room was made, unix ms by the server's clock. */
	readonly roomStart: number;
};

export type Rejoin = (replaces: Uint8Array) => Promise<Joined>;

export type Ports = {
	readonly vault: Pick<Vault, 'call'>;
	readonly clock: Clock;
	readonly draw: Draw;
	readonly signs: PageSigns;
	readonly keepsake: Keepsake;
	/** Opens a new connection and joins again. Throws `ApiFailure`. */
	readonly rejoin: Rejoin;
	readonly showTyping: () => boolean;
	/** Of the key for free tokens that this device was given, 4 bytes; zeros when it knows none. */
	readonly tokenKeyHint: () => Promise<Bytes>;
	/** The room is over on this device: everything goes. */
	readonly finish: (ending: Ending) => void;
};

/** Who came in, and as what. */
export type Entered = {
	readonly key: KeyRef;
	readonly link: string;
	readonly mode: Mode;
	readonly password?: string;
	readonly author: Author;
	readonly me: Me;
	readonly roomName: string;
	/** Fingerprint of who opened the room. */
	readonly creator: string;
	/** Sealed before a reload, and not acknowledged. */
	readonly unsent: readonly Bytes[];
	readonly joined: Joined;
};
