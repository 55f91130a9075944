/** From a link's secret to a room's keys: docs/PROTOCOL.md §4. One derived key per use, named by its label. */
import type { Bytes } from '#protocol/bytes';
import { concat, equalBytes, u8, utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { empty, hkdf, publicKeyOf, wipe } from './suite.ts';

/** What `root` gives: usable before joining. */
export type AccessKeys = {
	/** Ed25519 seed. */
	readonly accessSeed: Bytes;
	readonly accessPub: Bytes;
	readonly contentRoot: Bytes;
	/** For the record of a reload, §15. */
	readonly resumeKey: Bytes;
};

/** What `contentRoot` gives together with the server's shard: usable inside. `roomKey`: for the pair keys of §9. */
export type RoomKeys = { readonly roomKey: Bytes; readonly kEnv: Bytes; readonly bind: Bytes };

/** Nothing of a link that isn't public to the server or to Argon2id. */
export type RoomName = { readonly roomId: Bytes; readonly byte0: number };

function derive(ikm: Bytes, label: string, size: number): Promise<Bytes> {
	return hkdf(ikm, empty, utf8(label), size);
}

export function deriveRoomId(secret: Bytes): Promise<Bytes> {
	return derive(secret, 'epr/1/room-id', 16);
}

export function derivePasswordSalt(secret: Bytes): Promise<Bytes> {
	return derive(secret, 'epr/1/pw-salt', 16);
}

/** `pwKey`: 32 zero bytes for a room without a password. */
export async function deriveRoot(secret: Bytes, pwKey: Bytes, room: RoomName): Promise<Bytes> {
	const ikm = concat(secret, pwKey);
	const root = await hkdf(ikm, room.roomId, concat(utf8('epr/1/root'), u8(room.byte0)), 32);
	wipe(ikm);
	return root;
}

export async function deriveAccessKeys(root: Bytes): Promise<AccessKeys> {
	const accessSeed = await derive(root, 'epr/1/access', 32);
	const contentRoot = await derive(root, 'epr/1/content', 32);
	const resumeKey = await derive(root, 'epr/1/resume', 32);
	return { accessSeed, accessPub: publicKeyOf(accessSeed), contentRoot, resumeKey };
}

export function deriveShardTag(contentRoot: Bytes, shard: Bytes, roomId: Bytes): Promise<Bytes> {
	return hkdf(contentRoot, shard, concat(utf8('epr/1/shard-tag'), roomId), 16);
}

/** Throws `SHARD_TAG` when the server's shard isn't the one that the creator made. */
export async function checkShard(contentRoot: Bytes, roomId: Bytes, given: { shard: Bytes; shardTag: Bytes }): Promise<void> {
	const expected = await deriveShardTag(contentRoot, given.shard, roomId);
	if (!equalBytes(expected, given.shardTag)) throw new ProtocolError('SHARD_TAG');
}

export function deriveRoomKey(contentRoot: Bytes, shard: Bytes, room: RoomName): Promise<Bytes> {
	return hkdf(contentRoot, shard, concat(utf8('epr/1/room-key'), room.roomId, u8(room.byte0)), 32);
}

export async function deriveRoomKeys(contentRoot: Bytes, shard: Bytes, room: RoomName): Promise<RoomKeys> {
	const roomKey = await deriveRoomKey(contentRoot, shard, room);
	const kEnv = await derive(roomKey, 'epr/1/env', 32);
	const bind = await derive(roomKey, 'epr/1/bind', 32);
	return { roomKey, kEnv, bind };
}
