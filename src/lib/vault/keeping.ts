/** The record of a room, as a reload needs it or as it stays on this device: docs/PROTOCOL.md §15. */
import type { Bytes } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { parseByte0 } from '#protocol/mode';
import { decodeBase32, encodeBase32 } from '../crypto/base32.ts';
import type { KeptRecord } from '../crypto/kept.ts';
import { openKept, sealKept } from '../crypto/kept.ts';
import { decodeLink, encodeLink } from '../crypto/link.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import { sealRecord, storageKeyOf } from '../crypto/resume.ts';
import { deriveRoomId } from '../crypto/schedule.ts';
import type { Calls, Kept, KeptSummary, KeyRef } from './calls.ts';
import { wipe } from '../crypto/suite.ts';
import type { Held } from './held.ts';
import { accessOf } from './held.ts';

/** `iv`: 12 fresh random bytes. */
export function sealResume(room: Held, resume: ResumeRecord, iv: Bytes): Promise<Bytes> {
	const { keeping, roomId } = room;
	if (!keeping) return sealRecord({ resumeKey: accessOf(room).resumeKey, roomId }, resume, iv);
	return sealKept(keeping, keptRecord(room, keeping, resume), iv);
}

function keptRecord(room: Held, keeping: NonNullable<Held['keeping']>, resume: ResumeRecord): KeptRecord {
	const { link, pwKey, shard } = room;
	const code = decodeBase32(encodeLink(link));
	if (code === null || pwKey === undefined || shard === undefined) throw new Error('keeper: not inside the room');
	const { asks, endsAt, lastRead, startedAt, name } = keeping;
	const kept = { endsAt, lastRead, startedAt, name };
	return { code, asks, pwKey: asks ? new Uint8Array(pwKey.length) : pwKey, ...shard, ...kept, resume };
}

/** `null` as `openKept` is. */
export async function readKept({ deviceKey, localId, sealed }: Calls['openKept'][0]): Promise<KeptRecord | null> {
	return openKept({ deviceKey, localId }, new Uint8Array(sealed));
}

/** The link's code, 56 characters. */
export function codeOf({ code }: KeptRecord): string {
	return encodeBase32(code);
}

export async function summaryOf(args: Calls['openKept'][0]): Promise<KeptSummary | null> {
	const record = await readKept(args);
	if (record === null) return null;
	const { asks, endsAt, lastRead, startedAt, name, resume } = record;
	const { byte0, secret } = decodeLink(codeOf(record));
	const kind = parseByte0(byte0);
	const storageKey = storageKeyOf(await deriveRoomId(secret));
	wipe(secret, record.code, record.pwKey, record.shard, resume.idSeed, resume.session);
	if (kind === null) throw new ProtocolError('LINK_FORMAT');
	return { asks, endsAt, lastRead, startedAt, name, mode: kind.mode, storageKey, unsent: resume.unsent.length };
}

/** `iv`: 12 fresh random bytes. */
export async function sealRenamed(args: Calls['renameKept'][0], iv: Bytes): Promise<Bytes | null> {
	const record = await readKept(args);
	return record && sealKept(args, { ...record, name: args.name }, iv);
}

/** Empty when there is none. */
function sessionOf({ session }: ResumeRecord): Bytes {
	return session.some((byte) => byte !== 0) ? session : new Uint8Array(0);
}

/** What a page is told of the record of a reload; its seed is nobody's any more. */
export function recalledOf(record: ResumeRecord): NonNullable<Calls['recall'][1]['recalled']> {
	const { author, unsent, idSeed } = record;
	wipe(idSeed);
	return { author, unsent, session: sessionOf(record) };
}

export function toKept(key: KeyRef, { kind, roomId }: Held, record: KeptRecord): Kept {
	const { asks, shard, shardTag, endsAt, lastRead, startedAt, name, resume } = record;
	const { author, unsent } = resume;
	const session = sessionOf(resume);
	const place = { code: codeOf(record), mode: kind.mode, roomId, storageKey: storageKeyOf(roomId) };
	return { key, ...place, asks, shard, shardTag, endsAt, lastRead, startedAt, name, author, session, unsent };
}
