/** Sealing and opening: docs/PROTOCOL.md §7. Every message has a key, an iv and a commitment of its own. */
import type { Bytes } from '#protocol/bytes';
import { concat, equalBytes, u8, utf8 } from '#protocol/bytes';
import type { EnvelopeHeader } from '#protocol/envelope';
import {
	buckets,
	commitOffset,
	commitSize,
	formatHeader,
	parseHeader,
	saltOffset,
	saltSize,
	slotsOffset,
	slotsSize
} from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import { empty, gcmOpen, gcmSeal, hash, hkdfAtOnce, wipe } from './suite.ts';

/** The room that an envelope is bound to, and the key that all its members have. */
export type EnvelopeRoom = { readonly roomId: Bytes; readonly byte0: number; readonly kEnv: Bytes };

/** §9: the slots of an envelope that only some can read, and the key that they carry. */
export type Slots = { readonly area: Bytes; readonly cek: Bytes };

export type EnvelopeInput = {
	readonly header: EnvelopeHeader;
	/** 32 random bytes, never used before. */
	readonly salt: Bytes;
	/** Exactly the bucket's size. */
	readonly plaintext: Bytes;
	readonly slots?: Slots;
};

export type OpenEnvelope = { readonly header: EnvelopeHeader; readonly salt: Bytes; readonly plaintext: Bytes };

type MessageKey = { readonly key: Bytes; readonly iv: Bytes; readonly commit: Bytes };

function deriveMessageKey(room: EnvelopeRoom, aad: Bytes, salt: Bytes, cek: Bytes): MessageKey {
	const ikm = concat(cek, room.kEnv);
	const okm = hkdfAtOnce(ikm, salt, concat(utf8('epr/1/msg'), hash(aad)), 76);
	wipe(ikm);
	return { key: okm.subarray(0, 32), iv: okm.subarray(32, 44), commit: okm.subarray(44) };
}

function aadOf(room: EnvelopeRoom, header: Uint8Array, salt: Uint8Array, slots: Uint8Array): Bytes {
	return concat(utf8('epr/1/aad'), room.roomId, u8(room.byte0), header, salt, slots);
}

export async function sealEnvelope(room: EnvelopeRoom, input: EnvelopeInput): Promise<Bytes> {
	const { salt, plaintext, slots } = input;
	if (plaintext.length !== buckets[input.header.bucket])
		throw new Error(`envelope: unexpected plaintext size ${plaintext.length}`);
	if (salt.length !== saltSize) throw new Error(`envelope: expected 32 bytes of salt, got ${salt.length}`);
	if ((slots?.area.length ?? 0) !== (input.header.slots ? slotsSize : 0))
		throw new Error('envelope: slots do not fit the header');
	const header = formatHeader(input.header);
	const area = slots?.area ?? empty;
	const aad = aadOf(room, header, salt, area);
	const { key, iv, commit } = deriveMessageKey(room, aad, salt, slots?.cek ?? empty);
	const ciphertext = await gcmSeal({ key, iv, aad }, plaintext);
	wipe(key);
	return concat(header, salt, commit, area, ciphertext);
}

/**
 * Throws `ProtocolError`: `ENV_VERSION`, `ENV_HEADER`, `ENV_LENGTH`, `COMMIT`, `AEAD`. `cek`: what a slot gave; an envelope with
 * slots is not for us without it and is refused with `COMMIT` like every other one that is under another key.
 */
export async function openEnvelope(room: EnvelopeRoom, envelope: Bytes, cek?: Bytes): Promise<OpenEnvelope> {
	const header = parseHeader(envelope);
	if (header.slots && cek === undefined) throw new ProtocolError('COMMIT');
	const salt = envelope.slice(saltOffset, saltOffset + saltSize);
	const bodyOffset = slotsOffset + (header.slots ? slotsSize : 0);
	const aad = aadOf(room, envelope.subarray(0, saltOffset), salt, envelope.subarray(slotsOffset, bodyOffset));
	const { key, iv, commit } = deriveMessageKey(room, aad, salt, header.slots && cek ? cek : empty);
	try {
		if (!equalBytes(commit, envelope.subarray(commitOffset, commitOffset + commitSize))) throw new ProtocolError('COMMIT');
		const plaintext = await gcmOpen({ key, iv, aad }, envelope.subarray(bodyOffset));
		if (plaintext === null) throw new ProtocolError('AEAD');
		return { header, salt, plaintext };
	} finally {
		wipe(key);
	}
}
