/** A room that stays on this device, sealed under the device's own key: docs/PROTOCOL.md §15. */
import type { Bytes } from '#protocol/bytes';
import { concat, u32, u64, u8, utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { maxRoomNameBytes } from '#protocol/text';
import { decodeText } from './body.ts';
import { Reader } from './reader.ts';
import type { ResumeRecord } from './resume.ts';
import { encodeRecord, readRecord } from './resume.ts';
import { hashSize, wipe } from './suite.ts';

export const localIdSize = 16;
const ivSize = 12;
const tagSize = 16;
const codeSize = 35;
const shardSize = 32;
const shardTagSize = 16;
const asksFlag = 1;

export type KeptRecord = {
	/** Of the link: 35 bytes. */
	readonly code: Bytes;
	/** The password is asked for each time: then there is no `pwKey` here, and nothing here opens the room without it. */
	readonly asks: boolean;
	/** 32 bytes; zeros where it is asked for, and in a room without a password. */
	readonly pwKey: Bytes;
	readonly shard: Bytes;
	readonly shardTag: Bytes;
	/** Unix ms by this device's clock. */
	readonly endsAt: number;
	/** The highest row that was seen. */
	readonly lastRead: number;
	readonly resume: ResumeRecord;
	/** When the room was made, unix ms: rows count their seconds from it. */
	readonly startedAt: number;
	/** What the room is called in the list on this device; empty where its password is asked for and nobody gave it a name here. */
	readonly name: string;
};

/** §15's fields, and behind them what a list and a screen without a server need. */
export function encodeKept(record: KeptRecord): Bytes {
	const name = utf8(record.name);
	if (name.length > maxRoomNameBytes) throw new Error(`kept: expected a name of at most ${maxRoomNameBytes} bytes`);
	if (record.asks && record.pwKey.some((byte) => byte !== 0)) throw new Error('kept: a key beside a password that is asked for');
	return concat(
		record.code,
		u8(record.asks ? asksFlag : 0),
		record.pwKey,
		record.shard,
		record.shardTag,
		u64(record.endsAt),
		u32(record.lastRead),
		encodeRecord(record.resume),
		u64(record.startedAt),
		u8(name.length),
		name
	);
}

/** Throws `ProtocolError` when the bytes are not a record, the whole record and nothing else. */
export function decodeKept(bytes: Bytes): KeptRecord {
	const reader = new Reader(bytes);
	const code = reader.take(codeSize).slice();
	const flags = reader.u8();
	if (flags > asksFlag) throw new ProtocolError('PADDING');
	const pwKey = reader.take(hashSize).slice();
	const shard = reader.take(shardSize).slice();
	const shardTag = reader.take(shardTagSize).slice();
	const endsAt = Number(reader.u64());
	const lastRead = reader.u32();
	const resume = readRecord(reader);
	const startedAt = Number(reader.u64());
	const name = decodeText(reader.take(reader.u8()));
	if (reader.left > 0) throw new ProtocolError('PADDING');
	return { code, asks: flags === asksFlag, pwKey, shard, shardTag, endsAt, lastRead, resume, startedAt, name };
}

/** `deviceKey`: AES-256-GCM, not extractable. `localId`: 16 random bytes, never the room's own. */
export type KeptKey = { readonly deviceKey: CryptoKey; readonly localId: Bytes };

function parametersOf(localId: Bytes, iv: Bytes): AesGcmParams {
	return { name: 'AES-GCM', iv, additionalData: concat(utf8('epr/1/kept'), localId) };
}

/** iv(12) ‖ ciphertext; `iv`: fresh random bytes. */
export async function sealKept({ deviceKey, localId }: KeptKey, record: KeptRecord, iv: Bytes): Promise<Bytes> {
	const plain = encodeKept(record);
	const sealed = await crypto.subtle.encrypt(parametersOf(localId, iv), deviceKey, plain);
	wipe(plain);
	return concat(iv, new Uint8Array(sealed));
}

/** `null` when it is not a record under this key: of another device or place, damaged, of another version. */
export async function openKept({ deviceKey, localId }: KeptKey, sealed: Bytes): Promise<KeptRecord | null> {
	if (sealed.length < ivSize + tagSize) return null;
	let plain: Bytes;
	try {
		plain = new Uint8Array(
			await crypto.subtle.decrypt(parametersOf(localId, sealed.slice(0, ivSize)), deviceKey, sealed.slice(ivSize))
		);
	} catch (error) {
		if (error instanceof DOMException && error.name === 'OperationError') return null;
		throw error;
	}
	try {
		return decodeKept(plain);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	} finally {
		wipe(plain);
	}
}
