/** Envelopes opened for the keeper: one that came, and those that the record of a sender holds. */
import type { Bytes } from '#protocol/bytes';
import { toHex } from '#protocol/bytes';
import { messageId } from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import type { Author } from '../crypto/body.ts';
import { fingerprintOf } from '../crypto/fingerprint.ts';
import type { MessageRoom } from '../crypto/message.ts';
import { openMessage } from '../crypto/message.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import type { Opened, Refused } from './calls.ts';
import type { Unsent } from './sender.ts';
import { Sender } from './sender.ts';

/** The sender that a record remembers. */
export async function restore(keys: MessageRoom, record: ResumeRecord, author: Author): Promise<Sender> {
	const unsent = await Promise.all(record.unsent.map((envelope) => openUnsent(keys, envelope)));
	return Sender.restore(record, author, unsent);
}

async function openUnsent(keys: MessageRoom, envelope: Bytes): Promise<Unsent> {
	const { body } = await openMessage(keys, envelope);
	return { envelope, seq: body.seq, prev: body.prev };
}

/** Never throws for a bad envelope. */
export async function openOne(keys: MessageRoom, own: Sender, envelope: Bytes): Promise<Opened | Refused> {
	try {
		const { kind, body, chain, message } = await openMessage(keys, envelope);
		const { seq, time, author, seen } = body;
		const sender = toHex(body.sender);
		const ids = { mid: toHex(messageId(envelope)), sender, ...fingerprintOf(body.sender), own: sender === own.me.sender };
		return { ok: true, kind, ...ids, seq, prev: toHex(body.prev), chain: toHex(chain), time, author, seen, body: message };
	} catch (error) {
		if (error instanceof ProtocolError) return { ok: false, code: error.code };
		throw error;
	}
}
