/** What a stay in a room needs from outside: the vault, time, chance, the page's signs and its storage. Tests give their own. */
import type { Bytes } from '#protocol/bytes';
import type { Mode } from '#protocol/mode';
import type { Entry } from '../api/rooms.ts';
import type { Transport } from '../transport/transport.ts';
import type { Author, KeyRef, Me } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import type { Relay } from './follow.ts';
import type { MakeLive } from './live.ts';
import type { Draw } from './draw.ts';
import type { Ending } from './view.ts';
import type { Draft, Waiting } from './waiting.ts';

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

/** Where the sealed record goes: written, and there, before every send. Rejects with `NotKept` where it must be there and isn't. */
export type Keepsake = {
	/** `draft`: what it holds sealed from now on, of `Waiting`. */
	write(record: Uint8Array, draft?: number): void | Promise<void>;
	/** It holds this draft no more, which waits again, both or neither. Resolves to its place: the old one, where that is known. */
	takeBack?(record: Uint8Array, draft: Draft & { readonly place?: number | undefined }): Promise<number | undefined>;
};

/** What was to stay on this device could not be written: its disk is full, or the browser has taken it away. */
export class NotKept extends Error {
	constructor(cause: unknown) {
		super('kept: not written', { cause });
		this.name = 'NotKept';
	}
}

/** Sealed now, a message could be read by nobody, ever. */
export class NobodyReads extends Error {
	constructor() {
		super('live: nobody reads');
		this.name = 'NobodyReads';
	}
}

/** A row as this device keeps it: `env` is `null` for what burns, and for what nobody can read. */
export type KeptRow = { readonly seq: number; readonly t: number; readonly env: Bytes | null };

/** What this device keeps of a room's messages. */
export type Shelf = {
	/** Never throws: what can't be kept can't be read offline. */
	keep(rows: readonly KeptRow[]): void;
	/** The newest rows below `before` that lie here one after the other, ascending. */
	rows(query: { readonly before?: number; readonly limit: number }): Promise<readonly KeptRow[]>;
	/** Somebody has the room before their eyes, up to this row. `endsAt`: unix ms by this device's clock. */
	seen(row: number, endsAt: number): void;
};

/** What a join has told of the room. */
export type Known = {
	readonly entry: Entry;
	/** The server's clock from here on, unix ms. */
	readonly serverNow: () => number;
	/** When the room was made, unix ms by the server's clock. */
	readonly roomStart: number;
};

/** A try at joining that came through. */
export type Joined = Known & { readonly transport: Transport };

/** `signal`: of `JoinRequest`. */
export type Rejoin = (replaces: Uint8Array, signal: AbortSignal) => Promise<Joined>;

export type Ports = {
	readonly vault: Pick<Vault, 'call'>;
	readonly clock: Clock;
	readonly draw: Draw;
	readonly signs: PageSigns;
	readonly keepsake: Keepsake;
	/** Both are absent where the room does not stay on this device. */
	readonly shelf?: Shelf;
	readonly waiting?: Waiting;
	/** Opens a new connection and joins again. Throws `ApiFailure`. */
	readonly rejoin: Rejoin;
	/** The room stays on this device from now on; the page comes back into it anew. Absent where it does already. Throws `NotKept`. */
	readonly keep?: (facts: { readonly asks: boolean; readonly endsAt: number; readonly lastRead: number }) => Promise<void>;
	/** Another tab has the connection: what it knows of the room, and does for this one. */
	readonly relay?: Relay;
	/** The page goes into another room and this one waits on the device; absent: it is left. */
	readonly makeWay?: () => Promise<void>;
	/** Of a room whose server keeps nothing; absent in a stored one. */
	readonly makeLive?: MakeLive;
	readonly showTyping: () => boolean;
	/** Of the key for free tokens that this device was given, 4 bytes; zeros when it knows none. */
	readonly tokenKeyHint: () => Promise<Bytes>;
	/** The room is over on this device: everything goes. `unsent`: own messages that the server never had. */
	readonly finish: (ending: Ending, unsent: number) => void;
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
	/** Fps of those whom one has stopped sending to. */
	readonly stopped: readonly string[];
	/** Sealed before a reload, and not acknowledged. */
	readonly unsent: readonly Bytes[];
	/** Without a transport it was opened from what this device had kept, and the server is still to be reached. */
	readonly joined: Known & { readonly transport?: Transport };
};
