/** What the keeper holds of a room, and how it is let go. */
import type { Bytes } from '#protocol/bytes';
import type { RoomKind } from '#protocol/mode';
import type { Link } from '../crypto/link.ts';
import type { MessageRoom } from '../crypto/message.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import type { AccessKeys } from '../crypto/schedule.ts';
import { wipe } from '../crypto/suite.ts';
import type { Keeping } from './calls.ts';
import type { Sender } from './sender.ts';

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
	keys?: MessageRoom;
	sender?: Sender;
	record?: Bytes | undefined;
	/** What a kept room remembered of its sender, until one has entered. */
	resume?: ResumeRecord;
	keeping?: Keeping | null;
	/** Of §9's key pair only the public half is made: nothing is encrypted to it in stored rooms before a call. */
	x25519Pub: Bytes;
	turn: Promise<unknown>;
};

export function wipeAccess(access: AccessKeys): void {
	wipe(access.accessSeed, access.contentRoot, access.resumeKey);
}

export function accessOf(room: Held): AccessKeys {
	if (room.access === undefined) throw new Error('keeper: the room is locked');
	return room.access;
}

export function insideOf(room: Held): { keys: MessageRoom; sender: Sender } {
	if (room.keys === undefined || room.sender === undefined) throw new Error('keeper: not inside the room');
	return { keys: room.keys, sender: room.sender };
}

/** Best effort, and for good. */
export function wipeHeld(room: Held): void {
	wipe(room.link.secret);
	if (room.pwKey) wipe(room.pwKey);
	if (room.shard) wipe(room.shard.shard);
	if (room.resume) wipe(room.resume.idSeed, room.resume.session);
	if (room.access) wipeAccess(room.access);
	if (room.keys) wipe(room.keys.kEnv, room.keys.bind);
	room.sender?.forget();
}
