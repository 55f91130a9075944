/**
 * Ready-made envelopes (docs/PROTOCOL.md §7) whose salt says who sent them and as which of his messages, so that every delivery can be
 * checked without opening or parsing anything: sender and count stand in the salt, twelve letters of the base64url.
 */
import { randomBytes } from 'node:crypto';
import type { EnvelopeKind } from '#protocol/envelope';
import { envelopeSize, formatHeader, plainEnvelopeSize } from '#protocol/envelope';

/** Bytes 6 to 14 of the envelope, which begins with 4 bytes of header: sender u24, count u32, two zero bytes. */
const markLetters = { from: 8, to: 20 } as const;
const fieldName = Buffer.from('"env":"');

/** Of the shortest that there is. */
export const envelopeLetters = Math.ceil((plainEnvelopeSize * 4) / 3);

/** `slots`: as content of Live rooms has them. */
export function readyEnvelope(kind: EnvelopeKind, slots = false): Buffer {
	const header = { kind, bucket: 'S', slots } as const;
	const envelope = randomBytes(envelopeSize(header));
	envelope.set(formatHeader(header), 0);
	return envelope;
}

/** The marked letters of a message, to be put over those of a ready envelope. `sender` < 2^24, `count` < 2^32. */
export function markOf(sender: number, count: number): string {
	const mark = Buffer.alloc(9);
	mark.writeUIntBE(sender, 0, 3);
	mark.writeUInt32BE(count, 3);
	return mark.toString('base64url');
}

/** A template of a frame: everything but the mark is the same in all messages of one sender. */
export type Template = { readonly bytes: Buffer; readonly markAt: number };

/** `frame` holds the envelope in base64url as the value of `env`. */
export function templateOf(frame: Buffer): Template {
	const at = frame.indexOf(fieldName);
	if (at === -1) throw new Error('template: expected a field env');
	return { bytes: frame, markAt: at + fieldName.length + markLetters.from };
}

/** A copy, since the socket may not have written the last one yet. */
export function fillTemplate({ bytes, markAt }: Template, sender: number, count: number): Buffer {
	const filled = Buffer.from(bytes);
	filled.write(markOf(sender, count), markAt);
	return filled;
}

/** Sender and count of the first envelope in `bytes[start..end)`; `null` when there is none. */
export function readMark(bytes: Buffer, start: number, end: number): { readonly sender: number; readonly count: number } | null {
	const at = bytes.indexOf(fieldName, start);
	if (at === -1 || at + fieldName.length + envelopeLetters > end) return null;
	const from = at + fieldName.length + markLetters.from;
	const mark = Buffer.from(bytes.toString('latin1', from, from + markLetters.to - markLetters.from), 'base64url');
	return { sender: mark.readUIntBE(0, 3), count: mark.readUInt32BE(3) };
}

/** What one reader got: each sender's messages must arrive once, in order, without a gap. */
export class Ledger {
	doubled = 0;
	readonly #last = new Map<number, number>();
	#skipped = 0;

	/** `false` when the message was there before. */
	take(sender: number, count: number): boolean {
		const last = this.#last.get(sender) ?? 0;
		if (count <= last) {
			this.doubled++;
			return false;
		}
		this.#skipped += count - last - 1;
		this.#last.set(sender, count);
		return true;
	}

	/** Messages that never came, or came after a later one. `sent`: sender → how many were acknowledged. */
	lost(sent: ReadonlyMap<number, number>): number {
		let tail = 0;
		for (const [sender, count] of sent) tail += Math.max(0, count - (this.#last.get(sender) ?? 0));
		return this.#skipped + tail;
	}
}
