/** A room as its creator's browser would make it, but for the encryption, which no server sees: docs/PROTOCOL.md §4, §5. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { concat, utf8 } from '#protocol/bytes';
import { readyEnvelope } from './message.ts';

export type Room = {
	readonly mode: 'stored' | 'relayed';
	readonly id: Buffer;
	readonly accessKey: KeyObject;
	readonly accessPub: Buffer;
	readonly shard: Buffer;
	readonly shardTag: Buffer;
	readonly card: Buffer;
};

/** Ed25519 public keys end their SPKI form with the key itself: RFC 8410. */
const keySize = 32;
/** Made once: a room's key costs more than all the rest of it, and no server compares the keys of rooms. */
const keys = Array.from({ length: 16 }, () => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	return { accessKey: privateKey, accessPub: publicKey.export({ format: 'der', type: 'spki' }).subarray(-keySize) };
});
const card = readyEnvelope('control');
let made = 0;

export function makeRoom(mode: Room['mode'] = 'stored'): Room {
	const key = keys[made++ % keys.length];
	if (key === undefined) throw new Error('room: expected a key');
	return { ...key, mode, id: randomBytes(16), shard: randomBytes(32), shardTag: randomBytes(16), card };
}

export type Proof = { readonly proof: Buffer; readonly clientNonce: Buffer };

/** `originHash`: H(utf8(origin)), 32 bytes. */
export function proveAccess(room: Room, originHash: Uint8Array, challenge: Uint8Array): Proof {
	const clientNonce = randomBytes(16);
	const message = concat(utf8('epr/1/access-proof'), originHash, room.id, challenge, clientNonce);
	return { proof: sign(null, message, room.accessKey), clientNonce };
}
