/** What a reload needs to go on as the same sender, sealed for the page's own storage: docs/PROTOCOL.md §15. */
import type { Bytes } from '#protocol/bytes';
import { concat, fromHex, toHex, u16, u32, u8, utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import type { Author } from './body.ts';
import { decodeAuthor, encodeAuthor } from './body.ts';
import { Reader } from './reader.ts';
import { gcmOpen, gcmSeal, hash, hashSize, wipe } from './suite.ts';

export const maxUnsent = 20;
const ivSize = 12;
const tagSize = 16;
const sessionSize = 32;
const fpSize = 8;
const maxStopped = 255;

export type ResumeRecord = {
	readonly idSeed: Bytes;
	/** The last content seq given out, and its chain value; 0 and zeros before the first. */
	readonly seq0: number;
	readonly prev0: Bytes;
	/** The last control seq that may have been given out. */
	readonly seq1: number;
	/** Content envelopes that the server has not acknowledged, oldest first. */
	readonly unsent: readonly Bytes[];
	/** 32 bytes; zeros when there is none. */
	readonly session: Bytes;
	readonly author: Author;
	/** Fps, 16 hex characters each, of those whom one has stopped sending to; none in a room that stays on this device. */
	readonly stopped: readonly string[];
};

/** All but `stopped`: §15's fields, then session(32) ‖ u8 colour ‖ u8 nickLen ‖ nick, so that a reload asks for nothing but the password. */
export function encodeRecord(record: ResumeRecord): Bytes {
	const { unsent } = record;
	if (unsent.length > maxUnsent) throw new Error(`resume: expected at most ${maxUnsent} envelopes, got ${unsent.length}`);
	return concat(
		record.idSeed,
		u32(record.seq0),
		record.prev0,
		u32(record.seq1),
		u8(unsent.length),
		...unsent.flatMap((envelope) => [u16(envelope.length), envelope]),
		record.session,
		encodeAuthor(record.author)
	);
}

/** u8 count ‖ count × fp (8), of the newest: whoever comes under a new name each time must not fill it. */
function encodeStopped({ stopped }: ResumeRecord): Bytes {
	const newest = stopped.slice(-maxStopped);
	return concat(u8(newest.length), ...newest.map(fromHex));
}

/** A version before this one wrote none. */
function decodeStopped(reader: Reader): readonly string[] {
	const count = reader.left === 0 ? 0 : reader.u8();
	return Array.from({ length: count }, () => toHex(reader.take(fpSize)));
}

/** What a tab keeps. Throws `ProtocolError` when the bytes are not a record, the whole record and nothing else. */
export function decodeRecord(bytes: Bytes): ResumeRecord {
	const reader = new Reader(bytes);
	const record = readRecord(reader);
	const stopped = decodeStopped(reader);
	if (reader.left > 0) throw new ProtocolError('PADDING');
	return { ...record, stopped };
}

/** What `encodeRecord` wrote. Throws `ProtocolError`. */
export function readRecord(reader: Reader): ResumeRecord {
	const idSeed = reader.take(32).slice();
	const seq0 = reader.u32();
	const prev0 = reader.take(hashSize).slice();
	const seq1 = reader.u32();
	const count = reader.u8();
	if (count > maxUnsent) throw new ProtocolError('BODY_SHORT');
	const unsent = Array.from({ length: count }, () => reader.take(reader.u16()).slice());
	const session = reader.take(sessionSize).slice();
	const author = decodeAuthor(reader);
	return { idSeed, seq0, prev0, seq1, unsent, session, author, stopped: [] };
}

function aadOf(roomId: Bytes): Bytes {
	return concat(utf8('epr/1/resume-record'), roomId);
}

export type ResumeKey = { readonly resumeKey: Bytes; readonly roomId: Bytes };

/** iv(12) ‖ ciphertext; `iv`: fresh random bytes. */
export async function sealRecord(key: ResumeKey, record: ResumeRecord, iv: Bytes): Promise<Bytes> {
	const encoded = encodeRecord(record);
	const plain = concat(encoded, encodeStopped(record));
	const sealed = await gcmSeal({ key: key.resumeKey, iv, aad: aadOf(key.roomId) }, plain);
	wipe(encoded, plain);
	return concat(iv, sealed);
}

/** `null` when it is not a record under this key: another password, another room, damaged, of another version. */
export async function openRecord(key: ResumeKey, sealed: Bytes): Promise<ResumeRecord | null> {
	if (sealed.length < ivSize + tagSize) return null;
	const input = { key: key.resumeKey, iv: sealed.slice(0, ivSize), aad: aadOf(key.roomId) };
	const plain = await gcmOpen(input, sealed.subarray(ivSize));
	if (plain === null) return null;
	try {
		return decodeRecord(plain);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	} finally {
		wipe(plain);
	}
}

/** The name in sessionStorage: it says nothing about the room to whom doesn't have the link. */
export function storageKeyOf(roomId: Bytes): string {
	return `epr1.me.${toHex(hash(utf8('epr/1/local'), roomId).subarray(0, 8))}`;
}
