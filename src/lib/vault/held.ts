/** What the keeper holds of a room, and how it is let go. */
import type { Bytes } from '#protocol/bytes';
import type { RoomKind } from '#protocol/mode';
import type { Link } from '../crypto/link.ts';
import type { MessageRoom } from '../crypto/message.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import type { AccessKeys, RoomKeys } from '../crypto/schedule.ts';
import { wipe } from '../crypto/suite.ts';
import type { Keeping } from './calls.ts';
import type { Peers } from './peers.ts';
import type { Sender } from './sender.ts';

/** What opens and seals a room's envelopes. */
export type InsideKeys = MessageRoom & RoomKeys;

/** A room from its link on; each step of the way in fills in one more of the optional ones. */
export type Held = {
	readonly link: Link;
	readonly kind: RoomKind;
	readonly roomId: Bytes;
	/** Zeros in a room without a password. */
	pwKey?: Bytes;
	access?: AccessKeys;
	/** Checked. */
	shard?: { readonly shard: Bytes; readonly shardTag: Bytes };
	keys?: InsideKeys;
	sender?: Sender;
	record?: Bytes | undefined;
	/** What a kept room remembered of its sender, until one has entered. */
	resume?: ResumeRecord;
	keeping?: Keeping | null;
	readonly peers: Peers;
	turn: Promise<unknown>;
};

export function wipeAccess(access: AccessKeys): void {
	wipe(access.accessSeed, access.contentRoot, access.resumeKey);
}

export function accessOf(room: Held): AccessKeys {
	if (room.access === undefined) throw new Error('keeper: the room is locked');
	return room.access;
}

export function insideOf({ keys, sender, peers }: Held): { keys: InsideKeys; sender: Sender; peers: Peers } {
	if (keys === undefined || sender === undefined) throw new Error('keeper: not inside the room');
	return { keys, sender, peers };
}

/** Best effort, and for good. */
export function wipeHeld(room: Held): void {
	wipe(room.link.secret);
	if (room.pwKey) wipe(room.pwKey);
	if (room.shard) wipe(room.shard.shard);
	if (room.resume) wipe(room.resume.idSeed, room.resume.session);
	if (room.access) wipeAccess(room.access);
	if (room.keys) wipe(room.keys.roomKey, room.keys.kEnv, room.keys.bind);
	room.peers.wipe();
	room.sender?.forget();
}
