/** What the keeper holds of a room, and how it is let go. */
import type { Bytes } from '#protocol/bytes';
import type { RoomKind } from '#protocol/mode';
import type { Link } from '../crypto/link.ts';
import type { MessageRoom } from '../crypto/message.ts';
import type { AccessKeys } from '../crypto/schedule.ts';
import { wipe } from '../crypto/suite.ts';
import type { Sender } from './sender.ts';

/** A room from its link on; each step of the way in fills in one more of the optional ones. */
export type Held = {
	readonly link: Link;
	readonly kind: RoomKind;
	readonly roomId: Bytes;
	access?: AccessKeys;
	keys?: MessageRoom;
	sender?: Sender;
	record?: Bytes;
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
	if (room.access) wipeAccess(room.access);
	if (room.keys) wipe(room.keys.kEnv, room.keys.bind);
	room.sender?.forget();
}
