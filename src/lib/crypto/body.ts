/** The inside of an envelope, field by field: docs/PROTOCOL.md §8. */
import type { Bytes } from '#protocol/bytes';
import { concat, fromHex, toHex, u16, u32, u64, u8, utf8, utf8Decode } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { isNick } from '#protocol/text';
import type { Reader } from './reader.ts';
import { hashSize } from './suite.ts';

export type Author = { readonly nick: string; readonly colour: number };

/** `fp`: 16 hex characters. */
export type Seen = { readonly fp: string; readonly seq: number };

export type Body = {
	readonly type: number;
	readonly flags: number;
	/** Ed25519 public key. */
	readonly sender: Bytes;
	readonly seq: number;
	/** Chain value of the sender's content before this one; 32 zero bytes for the first and for control. */
	readonly prev: Bytes;
	/** Unix ms. */
	readonly time: number;
	readonly author: Author;
	/** Ascending by `fp`. */
	readonly seen: readonly Seen[];
	readonly payload: Bytes;
};

export const maxSeen = 16;
const maxColour = 15;

/** Throws `UTF8`. */
export function decodeText(bytes: Bytes): string {
	try {
		return utf8Decode(bytes);
	} catch {
		throw new ProtocolError('UTF8');
	}
}

/** Throws `COLOUR` or `NICK`. */
export function encodeAuthor(author: Author): Bytes {
	if (!Number.isInteger(author.colour) || author.colour < 0 || author.colour > maxColour) throw new ProtocolError('COLOUR');
	if (!isNick(author.nick)) throw new ProtocolError('NICK');
	const nick = utf8(author.nick);
	return concat(u8(author.colour), u8(nick.length), nick);
}

/** Throws `BODY_SHORT`, `COLOUR`, `UTF8` or `NICK`. */
export function decodeAuthor(reader: Reader): Author {
	const colour = reader.u8();
	if (colour > maxColour) throw new ProtocolError('COLOUR');
	const nick = decodeText(reader.take(reader.u8()));
	if (!isNick(nick)) throw new ProtocolError('NICK');
	return { nick, colour };
}

function encodeSeen(seen: readonly Seen[]): Bytes {
	const sorted = seen.toSorted((a, b) => (a.fp < b.fp ? -1 : 1));
	if (sorted.length > maxSeen || sorted.some(({ fp }, i) => fp === sorted[i + 1]?.fp)) throw new ProtocolError('SEEN');
	return concat(u8(sorted.length), ...sorted.flatMap(({ fp, seq }) => [fromHex(fp), u32(seq)]));
}

function decodeSeen(reader: Reader): readonly Seen[] {
	const count = reader.u8();
	if (count > maxSeen) throw new ProtocolError('SEEN');
	const seen = Array.from({ length: count }, () => ({ fp: toHex(reader.take(8)), seq: reader.u32() }));
	const ascending = seen.every(({ fp }, i) => i === 0 || (seen[i - 1]?.fp ?? '') < fp);
	if (!ascending) throw new ProtocolError('SEEN');
	return seen;
}

function checkTime(time: number): number {
	if (!Number.isSafeInteger(time) || time < 0) throw new ProtocolError('TIME');
	return time;
}

/** Sorts `seen`. Throws `TIME`, `COLOUR`, `NICK` or `SEEN`: the sender keeps the receivers' rules. */
export function encodeBody(body: Body): Bytes {
	return concat(
		u8(body.type),
		u8(body.flags),
		body.sender,
		u32(body.seq),
		body.prev,
		u64(checkTime(body.time)),
		encodeAuthor(body.author),
		encodeSeen(body.seen),
		u16(body.payload.length),
		body.payload
	);
}

/** Leaves the reader behind the body. Throws `BODY_SHORT`, `TIME`, `COLOUR`, `UTF8`, `NICK` or `SEEN`. */
export function decodeBody(reader: Reader): Body {
	const type = reader.u8();
	const flags = reader.u8();
	const sender = reader.take(32).slice();
	const seq = reader.u32();
	const prev = reader.take(hashSize).slice();
	const time = checkTime(Number(reader.u64()));
	const author = decodeAuthor(reader);
	const seen = decodeSeen(reader);
	const payload = reader.take(reader.u16()).slice();
	return { type, flags, sender, seq, prev, time, author, seen, payload };
}
