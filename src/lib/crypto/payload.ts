/** What each type of body carries: docs/PROTOCOL.md §8. */
import type { Bytes } from '#protocol/bytes';
import { toBurnSeconds } from '#protocol/burn';
import type { BurnSeconds } from '#protocol/burn';
import { concat, u32, u8, utf8 } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { tokenKeyHintSize } from '#protocol/tokens';
import { countCodePoints, isRoomName, maxTextBytes, maxTextCodePoints } from '#protocol/text';
import type { Body } from './body.ts';
import { decodeText } from './body.ts';
import { Reader } from './reader.ts';
import type { Signal } from './signal.ts';
import { decodeSignal, encodeSignal } from './signal.ts';
import { empty } from './suite.ts';
import { bodyTypes } from './types.ts';

/** `tokenKeyHint`: 4 bytes, zeros when unknown. */
export type Greeting = { readonly type: 'hello' | 'helloReply'; readonly joinNonce: Bytes; readonly tokenKeyHint: Bytes };

export type Message =
	/** `burnSeconds`: it is gone so long after its sending. */
	| { readonly type: 'text'; readonly text: string; readonly burnSeconds?: BurnSeconds }
	| Greeting
	| ({ readonly type: 'signal' } & Signal)
	| { readonly type: 'bye' | 'ack' | 'purge' }
	| { readonly type: 'typing'; readonly started: boolean }
	| { readonly type: 'card'; readonly roomName: string };

/** `unknown`: a type, or a flag that changes the payload, of a later version; to be ignored silently. */
export type DecodedMessage =
	| Exclude<Message, Greeting>
	/** `x25519Pub`: the sender's key of §9. */
	| (Greeting & { readonly x25519Pub: Bytes })
	| { readonly type: 'unknown' };

const markup = 1;
const burn = 2;
const reply = 4;
const keySize = 32;
const joinNonceSize = 16;
/** fp(8) ‖ u32 seq of the message answered. */
const replySize = 12;
/** u16 caps: none yet. */
const noCaps = new Uint8Array(2);

function encodeText(text: string): Bytes {
	const bytes = utf8(text);
	if (text === '' || countCodePoints(text) > maxTextCodePoints || bytes.length > maxTextBytes)
		throw new ProtocolError('TEXT_LENGTH');
	return bytes;
}

function encodeCard(roomName: string): Bytes {
	if (!isRoomName(roomName)) throw new ProtocolError('NICK');
	const name = utf8(roomName);
	return concat(u8(name.length), name);
}

/** The byte that says what stands before a text. */
export function flagsOf(message: Message): number {
	return message.type === 'text' && message.burnSeconds !== undefined ? burn : 0;
}

function encodeBurn(seconds: BurnSeconds): Bytes {
	if (toBurnSeconds(seconds) === null) throw new ProtocolError('BURN');
	return u32(seconds);
}

/** `x25519Pub`: the sender's key of §9, which hellos carry. Throws `TEXT_LENGTH`, `BURN` or `NICK`. */
export function encodePayload(message: Message, x25519Pub: Bytes): Bytes {
	switch (message.type) {
		case 'text':
			return concat(message.burnSeconds === undefined ? empty : encodeBurn(message.burnSeconds), encodeText(message.text));
		case 'hello':
		case 'helloReply':
			return concat(x25519Pub, message.joinNonce, noCaps, message.tokenKeyHint);
		case 'signal':
			return encodeSignal(message);
		case 'typing':
			return u8(message.started ? 1 : 0);
		case 'card':
			return encodeCard(message.roomName);
		default:
			return empty;
	}
}

function end(reader: Reader): void {
	if (reader.left !== 0) throw new ProtocolError('BODY_SHORT');
}

function decodeBurn(reader: Reader): BurnSeconds {
	const seconds = toBurnSeconds(reader.u32());
	if (seconds === null) throw new ProtocolError('BURN');
	return seconds;
}

/** The tags of §14 don't count as visible text, so a text with markup is measured in bytes alone here. */
function decodeTextPayload(flags: number, reader: Reader): DecodedMessage {
	if ((flags & ~(markup | burn | reply)) !== 0) return { type: 'unknown' };
	const burning = (flags & burn) === 0 ? {} : { burnSeconds: decodeBurn(reader) };
	if ((flags & reply) !== 0) reader.take(replySize);
	if (reader.left < 1 || reader.left > maxTextBytes) throw new ProtocolError('TEXT_LENGTH');
	const text = decodeText(reader.rest());
	if ((flags & markup) === 0 && countCodePoints(text) > maxTextCodePoints) throw new ProtocolError('TEXT_LENGTH');
	return { type: 'text', text, ...burning };
}

function decodeHello(type: 'hello' | 'helloReply', reader: Reader): DecodedMessage {
	const x25519Pub = reader.take(keySize).slice();
	const joinNonce = reader.take(joinNonceSize).slice();
	reader.take(noCaps.length);
	const tokenKeyHint = reader.take(tokenKeyHintSize).slice();
	end(reader);
	return { type, joinNonce, tokenKeyHint, x25519Pub };
}

function decodeTyping(reader: Reader): DecodedMessage {
	const state = reader.u8();
	end(reader);
	if (state > 1) throw new ProtocolError('BODY_SHORT');
	return { type: 'typing', started: state === 1 };
}

function decodeCard(reader: Reader): DecodedMessage {
	const roomName = decodeText(reader.take(reader.u8()));
	end(reader);
	if (!isRoomName(roomName)) throw new ProtocolError('NICK');
	return { type: 'card', roomName };
}

const names: ReadonlyMap<number, string> = new Map(Object.entries(bodyTypes).map(([name, rule]) => [rule.type, name]));

/** Throws `BURN`, `TEXT_LENGTH`, `UTF8`, `NICK`, or `BODY_SHORT` for a payload that is not of its type's size and form. */
export function decodePayload(body: Pick<Body, 'type' | 'flags' | 'payload'>): DecodedMessage {
	const reader = new Reader(body.payload);
	const name = names.get(body.type);
	switch (name) {
		case 'text':
			return decodeTextPayload(body.flags, reader);
		case 'hello':
		case 'helloReply':
			return decodeHello(name, reader);
		case 'signal': {
			const signal = decodeSignal(reader);
			return signal === null ? { type: 'unknown' } : { type: name, ...signal };
		}
		case 'typing':
			return decodeTyping(reader);
		case 'card':
			return decodeCard(reader);
		case 'bye':
		case 'ack':
		case 'purge':
			end(reader);
			return { type: name };
		default:
			return { type: 'unknown' };
	}
}
