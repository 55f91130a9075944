/** What a screen is shown of a room and what it may ask of it. `room.svelte.ts` implements `RoomView`; every getter is reactive. */
import type { BurnSeconds } from '#protocol/burn';
import type { Mode } from '#protocol/mode';
import type { PlanName } from '#protocol/plans';
import type { Reason } from './send.ts';

export type Person = {
	/** Lower-case hex; the identity. */
	readonly fp: string;
	/** Six characters of the fingerprint, shown beside the name. */
	readonly tag: string;
	readonly nick: string;
	/** 0–15, see `seatOf`. */
	readonly colour: number;
	readonly presence: 'here' | 'away' | 'left';
	readonly me: boolean;
	readonly creator: boolean;
	/** Another key here bears the same or a confusable name. */
	readonly namesake: boolean;
};

export type MessageState = 'received' | 'sending' | 'queued' | 'sent' | 'failed';

/** Of a message that doesn't stay. */
export type Burn = {
	/** As signed, counted from sending; absent when only the server says that it burns. */
	readonly seconds?: BurnSeconds;
	/** By the room's clock (`RoomView.now`); `null` while it isn't sent, and when it is gone. */
	readonly at: number | null;
	/** The server's number is not the signed one. */
	readonly differs: boolean;
	/** Its words are not held any more. */
	readonly gone: boolean;
};

export type MessageItem = {
	readonly kind: 'message';
	readonly id: string;
	/** 0 while the server has not numbered it. */
	readonly seq: number;
	readonly person: Pick<Person, 'fp' | 'tag' | 'nick' | 'colour' | 'namesake'>;
	readonly own: boolean;
	/** Unix ms, as shown: the signed time, or the server's when they differ by more than five minutes (`clockOff`). */
	readonly time: number;
	readonly clockOff: boolean;
	/** Empty when it is gone. */
	readonly text: string;
	readonly burn?: Burn;
	readonly state: MessageState;
	/** Why it failed; `OFFLINE` when three tries went unanswered. */
	readonly reason?: Reason;
	/** An own one that the server may have, or gets as it is: it can't be taken back. */
	readonly fixed?: boolean;
	/** Names of those for whom an own one was sealed, and who may not have it. */
	readonly missedBy?: readonly string[];
	/** Arrived after a later one of the same sender. */
	readonly late: boolean;
	/** The sender sent two different messages under one number. */
	readonly equivocal: boolean;
	/** Came in while the person was watching: moves in. */
	readonly fresh: boolean;
};

export type NoteItem = {
	readonly kind: 'note';
	readonly id: string;
	readonly time: number;
	readonly note:
		| {
				readonly is:
					'you-came' | 'dropped' | 'connected' | 'unverified' | 'cleared' | 'token-keys' | 'third' | 'way-direct' | 'way-relayed';
		  }
		| { readonly is: 'came' | 'left' | 'fork' | 'equivocation'; readonly nick: string }
		| { readonly is: 'missing' | 'gone'; readonly nick: string; readonly count: number }
		| { readonly is: 'hidden'; readonly count: number }
		| { readonly is: 'renamed'; readonly nick: string; readonly before: string }
		| { readonly is: 'namesake'; readonly nick: string; readonly mine: boolean };
};

export type UnreadItem = { readonly kind: 'unread'; readonly id: 'unread'; readonly time: number };

export type ThreadItem = MessageItem | NoteItem | UnreadItem;

/** One row as the server holds it, fetched anew, beside what this device makes of it. */
export type ServerRow = {
	readonly seq: number;
	/** Unix ms of arrival, to the second. */
	readonly arrivedAt: number;
	/** Bytes. 0 when the row was burned. */
	readonly size: number;
	/** base64url, whole; absent when the row was burned, or when its time has passed since it was fetched. */
	readonly ciphertext?: string;
	/** When the server burns it, by the room's clock. */
	readonly burnAt?: number;
	/** Absent when it can't be read on this device. Without a text when it burns: its words stand in the room alone. */
	readonly seen?: { readonly nick: string; readonly text?: string };
};

/** The way between the two browsers of a Direct room. */
export type DirectView = {
	/** `exposed`: without a relay, which the server had spoken of, the other one would see this person's address. */
	readonly is: 'waiting' | 'connecting' | 'connected' | 'failed' | 'exposed';
	/** While there is one. */
	readonly route?: 'direct' | 'relayed';
	/** `null` until the server was asked. With a relay nobody sees the other's address, unless somebody wants it so. */
	readonly hasRelay: boolean | null;
	/** This person lets the other one see their address. */
	readonly open: boolean;
};

/** `gone`: purged, or everybody had left: this device was not there. */
export type Ending = 'time' | 'purged' | 'gone' | 'you' | 'left';

export interface RoomView {
	readonly phase: 'open' | 'reconnecting' | 'offline' | 'ended';
	/** Set when `phase` is `ended`. */
	readonly ending: Ending | null;
	readonly name: string;
	readonly mode: Mode;
	/** The whole invite link. */
	readonly link: string;
	/** As typed or generated here; absent when this page never saw it. */
	readonly password?: string;
	readonly plan: PlanName;
	/** 0 while it is not known: in a kept room, until the server has answered. */
	readonly peopleLimit: number;
	/** Content messages that the room takes; absent: unlimited. */
	readonly cap?: number | undefined;
	readonly used: number;
	/** Unix ms by this device's clock. */
	readonly endsAt: number;
	readonly lifetimeMs: number;
	/** The server's clock as this device reckons it, unix ms; ticks once a second and when something burns. */
	readonly now: number;
	/** Ticks with the ring: once a minute, once a second in the last minute. */
	readonly leftMs: number;
	readonly me: Person;
	readonly people: readonly Person[];
	/** Connected by the server's count, but without a verified hello. */
	readonly unnamed: number;
	/** Fps of those who can read what is written here now; `null` where everybody in the room can. */
	readonly readers: readonly string[] | null;
	/** Fps of those whom one has stopped sending to. */
	readonly stopped: readonly string[];
	/** In a Direct room; `null` in all others. */
	readonly direct: DirectView | null;
	readonly typing: readonly string[];
	/** Oldest first. */
	readonly items: readonly ThreadItem[];
	readonly older: 'more' | 'loading' | 'begin';
	/** The page was out of sight for long, and the server hasn't said yet that the room still is: nothing of it may be seen. */
	readonly covered: boolean;
	/** Own messages that wait for a connection. */
	readonly waiting: number;
	/** Others' messages that came while the page was out of sight. */
	readonly unseen: number;
	/** `clearScreen` hid what came before; `bringBack` shows it again. */
	readonly cleared: boolean;
	/** True when this person opened the room. */
	readonly opened: boolean;
	/** It stays on this device. */
	readonly kept: boolean;

	/** Takes a text that fits (`measureText`) and is not blank; never waits for the worker. */
	send(text: string, burnSeconds?: BurnSeconds): void;
	retry(id: string): void;
	/** Does nothing for a message that is `fixed`. */
	discard(id: string): void;
	typed(writing: boolean): void;
	/** Resolves with the number of messages that came. */
	loadOlder(): Promise<number>;
	clearScreen(): void;
	bringBack(): Promise<void>;
	letPeopleIn(): Promise<void>;
	/** What is written from now on they can't read, or can again. Where messages are sealed for their readers only. */
	stopSending(fp: string, stopped: boolean): Promise<void>;
	/** Six words for the two of a Direct room to compare (docs/PROTOCOL.md §13); `null` while one is alone. */
	safetyWords(): Promise<readonly string[] | null>;
	/** In a Direct room: lets the other one see one's address, or no longer; the way is made anew. */
	connectOpenly(open: boolean): void;
	/** In a Direct room whose two browsers didn't reach each other. */
	connectAgain(): void;
	serverRows(before?: number): Promise<readonly ServerRow[]>;
	/**
	 * It stays on this device from now on: the page is loaded anew. `asks`: for its password each time. Throws where nothing can be
	 * kept, and `RoomError` `too-fast` while messages are not sent.
	 */
	keep(asks: boolean): Promise<void>;
	leave(): Promise<void>;
	/** Throws a `RoomError` when it can't be done now. */
	purge(): Promise<void>;
}

/** Everything that can stop a person on the way in, each with its own sentence on the screen. */
export type EntryProblem =
	| 'link-damaged'
	| 'link-incomplete'
	| 'link-version'
	| 'gone'
	| 'full'
	| 'wrong-password'
	| 'many-tries'
	| 'locked'
	| 'too-fast'
	| 'server-away'
	| 'substituted'
	| 'old-browser'
	| 'cancelled'
	| 'exists'
	/** A kept room of which nothing lies here any more. */
	| 'forgotten'
	| 'unexpected';

export class RoomError extends Error {
	readonly problem: EntryProblem;

	constructor(problem: EntryProblem) {
		super(problem);
		this.name = 'RoomError';
		this.problem = problem;
	}
}

/** The purse had none; `cause` is its own reason. */
export class NoToken extends Error {
	constructor(cause: unknown) {
		super('create: no token', { cause });
		this.name = 'NoToken';
	}
}

/** The way in, from a link's code to a room. `gate.svelte.ts` implements it; every getter is reactive. */
export interface GateView {
	/** `reading` while the link is read and the server asked; `stopped`: `problem` says why and it can't go on. */
	readonly phase: 'reading' | 'asking' | 'deriving' | 'joining' | 'stopped' | 'inside';
	readonly problem: EntryProblem | null;
	readonly mode: Mode;
	readonly passwordNeeded: boolean;
	/** From the server's answer at the gate; ms left, as of now. */
	readonly leftMs: number;
	/** It stays on this device, and is opened from there. */
	readonly kept: boolean;
	/** A reload of a room that one was in: only the password is asked for. */
	readonly returning: boolean;
	/** 0 to 1. */
	readonly progress: number;
	/** Of a Direct room: its server has a relay; `null` while that isn't known. */
	readonly hasRelay: boolean | null;
	/** This browser can keep a room on its disk. */
	readonly canKeep: boolean;
	/** Suggested on this device. */
	readonly suggested: { readonly nick: string; readonly colour: number };
	/** People limit, when the room is full. */
	readonly peopleLimit: number;
	/** Seconds until another try makes sense, after a wrong password. */
	readonly waitSeconds: number;
	enter(answers: {
		readonly nick: string;
		readonly colour: number;
		readonly password?: string;
		/** It stays on this device. `asks`: its password is asked for each time. */
		readonly keep?: { readonly asks: boolean };
	}): Promise<void>;
	/** The screen goes: nobody comes in by this gate any more. */
	close(): void;
	cancel(): void;
	/** Asks the server again, after `server-away`, `too-fast` or `many-tries`. */
	again(): Promise<void>;
	/** The room is full, and this page asks by itself until it isn't. */
	readonly waitsForPlace: boolean;
	/** After `full`: asks now, and from now on. */
	waitForPlace(): void;
}
