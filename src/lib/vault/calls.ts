/**
 * The worker boundary as data: what may be asked of the keeper and what it answers. Keys never cross it; what crosses is a
 * `KeyRef`, ciphertext, and the words that a person reads or writes. Byte arrays are plain `Uint8Array`s (structured clone).
 */
import type { BurnSeconds } from '#protocol/burn';
import type { Bytes } from '#protocol/bytes';
import type { ClientCode } from '#protocol/errors';
import type { Mode } from '#protocol/mode';

/** A room's keys, by number. It means nothing outside the worker that gave it out. */
export type KeyRef = number & { readonly brand: 'KeyRef' };

/** For one member, by their fp (§13): nobody else can read it. `callId`: 16 bytes. */
export type SignalBody = {
	readonly type: 'signal';
	readonly callId: Bytes;
	readonly to: string;
	readonly sub: 'offer' | 'answer' | 'candidate' | 'end';
	readonly data: string;
};

/** What a new message says. `seen` is the sender's ledger: the highest content seq without holes per sender (§8, §10). */
export type Outgoing =
	| { readonly type: 'text'; readonly text: string; readonly burnSeconds?: BurnSeconds }
	| { readonly type: 'hello'; readonly joinNonce: Bytes; readonly tokenKeyHint: Bytes }
	| { readonly type: 'helloReply'; readonly joinNonce: Bytes; readonly tokenKeyHint: Bytes }
	| SignalBody
	| { readonly type: 'bye' }
	| { readonly type: 'ack' }
	| { readonly type: 'purge' }
	| { readonly type: 'typing'; readonly started: boolean };

export type Incoming = Outgoing | { readonly type: 'card'; readonly roomName: string } | { readonly type: 'unknown' };

export type Seen = { readonly fp: string; readonly seq: number };

export type Author = { readonly nick: string; readonly colour: number };

/** An envelope that passed every check of §7 and §8. `fp`, `sender`, `chain`, `prev`: lower-case hex. `time`: unix ms, signed. */
export type Opened = {
	readonly ok: true;
	readonly kind: 'content' | 'control';
	readonly mid: string;
	readonly sender: string;
	readonly fp: string;
	/** First six Crockford base32 characters of the fingerprint, for telling namesakes apart. */
	readonly tag: string;
	readonly seq: number;
	readonly prev: string;
	readonly chain: string;
	readonly time: number;
	readonly author: Author;
	readonly seen: readonly Seen[];
	readonly body: Incoming;
	readonly own: boolean;
	/** Of a hello and of an answer to one: what we seal opens with the key that it brings (§9). */
	readonly reads?: boolean;
};
/** `HIDDEN`: nothing is wrong with it as far as can be told, and it is for others to read (§9). */
export type Refused =
	{ readonly ok: false; readonly code: ClientCode } | { readonly ok: false; readonly code: 'HIDDEN'; readonly mid: string };

export type Me = { readonly sender: string; readonly fp: string; readonly tag: string };

/** What must be on the disk (sessionStorage) before the envelope is sent: §15's record, sealed under `resumeKey`. */
export type Sealed = {
	readonly envelope: Bytes;
	readonly mid: string;
	readonly seq: number;
	readonly chain: string;
	readonly time: number;
	readonly record: Bytes;
	/** Fps of those who can read it, where not everybody in the room can: §9. */
	readonly readers: readonly string[];
};

/** How a room stays on this device: §15. */
export type Keeping = {
	/** AES-256-GCM, not extractable. */
	readonly deviceKey: CryptoKey;
	/** 16 random bytes. */
	readonly localId: Bytes;
	/** Its password is asked for each time, so that nothing here opens it without. */
	readonly asks: boolean;
	/** Unix ms by this device's clock. */
	readonly endsAt: number;
	/** The highest row that was seen. */
	readonly lastRead: number;
	/** When the room was made, unix ms. */
	readonly startedAt: number;
	/** What it is called in the list on this device. */
	readonly name: string;
};

export type KeptSummary = Omit<Keeping, 'deviceKey' | 'localId'> & {
	readonly mode: Mode;
	/** The same as of a tab that came in by the link. */
	readonly storageKey: string;
	readonly unsent: number;
};

/** A room that stayed here. Open to `enter` with its shard, and with the identity that it had; locked when `asks`. */
export type Kept = Omit<Keeping, 'deviceKey' | 'localId'> & {
	readonly key: KeyRef;
	readonly code: string;
	readonly mode: Mode;
	readonly roomId: Bytes;
	readonly storageKey: string;
	readonly shard: Bytes;
	readonly shardTag: Bytes;
	readonly author: Author;
	/** Empty when there is none. */
	readonly session: Bytes;
	readonly unsent: readonly Bytes[];
};

/** What changes who reads us: §9. `fp`: the member's. */
export type ReadersChange =
	/** A new key pair, which the next hello tells the others; the one before it reads until `dropOldKeys`. */
	| { readonly is: 'rotate' }
	/** Whoever has not answered to the new key by now reads no more. */
	| { readonly is: 'dropOldKeys' }
	/** "Stop sending to …", and its other way about. */
	| { readonly is: 'exclude'; readonly fp: string; readonly excluded: boolean }
	/** Who has left reads nothing more, and nothing of theirs is looked for. */
	| { readonly is: 'left'; readonly fp: string };

export type StrengthLevel = 1 | 2 | 3 | 4;
export type Strength = {
	readonly level: StrengthLevel;
	readonly reason: 'leaked' | 'weak' | 'good' | 'words' | 'long';
	readonly tooShort: boolean;
};

/** Name → [request, reply]. Every reply may instead be a `ProtocolError` by its code. */
export type Calls = {
	/** Four words from the EFF large list, joined by dashes (§4). */
	words: [Record<never, never>, { readonly password: string }];
	strength: [{ readonly password: string }, Strength];
	/** §16.2: a Pro account's code, 16 characters without dashes. It is no key: its owner sees it and copies it by hand. */
	makeAccount: [Record<never, never>, { readonly code: string }];
	/** §16.2: whether the check character of a folded code fits the others. */
	checkCode: [{ readonly kind: 'account' | 'voucher'; readonly code: string }, { readonly fits: boolean }];
	/** Draws a link and a shard, derives everything, and signs the card. The room's name is encrypted here. */
	create: [
		{ readonly mode: Mode; readonly password?: string; readonly roomName: string; readonly author: Author },
		{
			readonly key: KeyRef;
			readonly code: string;
			readonly roomId: Bytes;
			readonly byte0: number;
			readonly accessPub: Bytes;
			readonly shard: Bytes;
			readonly shardTag: Bytes;
			readonly card: Bytes;
			/** sessionStorage key of this room: `epr1.me.<hex>` (§15). */
			readonly storageKey: string;
		}
	];
	/** Reads a link's code. Throws `LINK_FORMAT`, `LINK_CHECKSUM`, `LINK_VERSION`. Holds the secret under a new `KeyRef`. */
	readLink: [
		{ readonly code: string },
		{
			readonly key: KeyRef;
			readonly mode: Mode;
			readonly password: boolean;
			readonly roomId: Bytes;
			readonly byte0: number;
			readonly storageKey: string;
		}
	];
	/** Runs Argon2id when the link asks for a password, then derives root and access keys. May be called again after a wrong password. */
	unlock: [{ readonly key: KeyRef; readonly password?: string }, Record<never, never>];
	/** Stops a derivation that is under way; its `unlock` or `create` is refused with reason `cancelled`. */
	cancel: [Record<never, never>, Record<never, never>];
	/** §5: signs the server's challenge. */
	prove: [
		{ readonly key: KeyRef; readonly origin: string; readonly challenge: Bytes },
		{ readonly clientNonce: Bytes; readonly proof: Bytes }
	];
	/** §16.4: the nonce (8 bytes) for a proof of work of `difficulty` leading zero bits. */
	work: [{ readonly challenge: Bytes; readonly difficulty: number }, { readonly nonce: Bytes }];
	/** After joining: checks the shard (`SHARD_TAG`), derives the room's keys, opens the card, and takes up an identity, from the record if one is given and opens. */
	enter: [
		{
			readonly key: KeyRef;
			readonly shard: Bytes;
			readonly shardTag: Bytes;
			readonly card: Bytes;
			readonly author: Author;
			readonly record?: Bytes;
		},
		/** `creator`: the fp of who signed the card. `stopped`: fps of those whom one has stopped sending to. May be called again after a reconnect: the identity stays. */
		{ readonly me: Me; readonly roomName: string; readonly creator: string; readonly stopped: readonly string[] }
	];
	/**
	 * Before joining, with the keys of `unlock`: what the record of a reload remembers. `null` when it is not readable with these
	 * keys. `session` is empty when the record holds none.
	 */
	recall: [
		{ readonly key: KeyRef; readonly record: Bytes },
		{ readonly recalled: null | { readonly author: Author; readonly session: Bytes; readonly unsent: readonly Bytes[] } }
	];
	/**
	 * Seals in call order; content takes the sender's next seq and its chain. The record holds the envelope until `settle`: at most
	 * 20 content messages may be unsettled, the next one is refused with `FAULT`. For control that changes nothing in it the record
	 * comes back as the same bytes as before.
	 */
	seal: [
		{
			readonly key: KeyRef;
			readonly body: Outgoing;
			readonly seen: readonly Seen[];
			readonly time: number;
			/** Fps: nobody else can read it, where not everybody in the room can. */
			readonly among?: readonly string[];
		},
		Sealed
	];
	/** These envelopes are through (or given up): they leave the record. `author` and `session` are kept in it from now on when given. */
	settle: [
		{ readonly key: KeyRef; readonly mids: readonly string[]; readonly author?: Author; readonly session?: Bytes },
		{ readonly record: Bytes }
	];
	/** §15: the newest content envelope after a definite refusal; its seq is given back. Throws when it isn't the newest. */
	takeBack: [{ readonly key: KeyRef; readonly mid: string }, { readonly record: Bytes }];
	/**
	 * §15: from now on the record that comes back from every call is the one that stays on this device, under the device's key;
	 * with `null` it is a reload's again. Inside only. To be called again when one of its values changes.
	 */
	keep: [{ readonly key: KeyRef; readonly keeping: Keeping | null }, { readonly record: Bytes }];
	/** `null` when the record is not readable: of another device, damaged. Without `asks` the room needs no `unlock`. */
	openKept: [{ readonly deviceKey: CryptoKey; readonly localId: Bytes; readonly sealed: Bytes }, { readonly kept: Kept | null }];
	/** What a list shows of such rooms, in the same order; `null` as `openKept` has it. Nothing is held afterwards. */
	listKept: [
		{ readonly deviceKey: CryptoKey; readonly entries: readonly { readonly localId: Bytes; readonly sealed: Bytes }[] },
		{ readonly rooms: readonly (KeptSummary | null)[] }
	];
	/** The same record with another name in the list; `null` as `openKept` has it. */
	renameKept: [
		{ readonly deviceKey: CryptoKey; readonly localId: Bytes; readonly sealed: Bytes; readonly name: string },
		{ readonly sealed: Bytes | null }
	];
	/** §9: the fps of those who can read what is sealed from now on, at most 16; first the change, if there is one. */
	readers: [{ readonly key: KeyRef; readonly change?: ReadersChange }, { readonly fps: readonly string[] }];
	/** §13: six words that are the same for us and the member with this key (hex) as long as nobody stands between. */
	safetyWords: [{ readonly key: KeyRef; readonly sender: string }, { readonly words: readonly string[] }];
	/** Opens a batch in order; never throws for a bad envelope. */
	open: [{ readonly key: KeyRef; readonly envelopes: readonly Uint8Array[] }, { readonly opened: readonly (Opened | Refused)[] }];
	/** Overwrites and drops the room's keys. */
	forget: [{ readonly key: KeyRef }, Record<never, never>];
};

export type CallName = keyof Calls;
export type Request<Name extends CallName = CallName> = {
	readonly [N in Name]: { readonly id: number; readonly name: N; readonly args: Calls[N][0] };
}[Name];
export type Reply =
	| { readonly id: number; readonly ok: true; readonly result: Calls[CallName][1] }
	| { readonly id: number; readonly ok: false; readonly code: ClientCode | 'CANCELLED' | 'FAULT' };
/** Sent without a request while a key is made: 0 to 1, an estimate from the time that it takes on this device. */
export type Progress = { readonly progress: number };
