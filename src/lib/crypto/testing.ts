/** A room, a sender and messages whose every field can be wrong on its own, for the tests of this folder. */
import type { Bytes } from '#protocol/bytes';
import { concat, u16, u32, u64, u8, utf8 } from '#protocol/bytes';
import type { EnvelopeHeader } from '#protocol/envelope';
import { buckets } from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import type { Body } from './body.ts';
import { sealEnvelope } from './envelope.ts';
import type { MessageRoom } from './message.ts';
import { openMessage, sealMessage, signBody } from './message.ts';
import type { Message } from './payload.ts';
import { publicKeyOf } from './suite.ts';
import { bodyTypes } from './types.ts';

export const fill = (size: number, value: number): Bytes => new Uint8Array(size).fill(value);
export const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
/** Which hellos carry. */
export const x25519Pub = fill(32, 6);
export const room: MessageRoom = { roomId: fill(16, 1), byte0: 0x12, mode: 'stored', kEnv: fill(32, 2), bind: fill(32, 3) };
export const idSeed = fill(32, 4);
export const sender = publicKeyOf(idSeed);
export const time = 1_800_000_000_000;
export const zeros = new Uint8Array(32);

export async function resultOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'OK',
		(error: unknown) => (error instanceof ProtocolError ? error.code : `not a code: ${String(error)}`)
	);
}

/** The fields of a body as bytes, so that each can be wrong on its own. */
export const fields = {
	type: u8(1),
	flags: u8(0),
	sender,
	seq: u32(1),
	prev: zeros,
	time: u64(time),
	colour: u8(3),
	nick: concat(u8(3), utf8('Ada')),
	seen: u8(0),
	payload: concat(u16(2), utf8('Hi'))
};
export type Fields = { [Name in keyof typeof fields]: Uint8Array };
export const content: EnvelopeHeader = { kind: 'content', bucket: 'S', slots: false };
export const control: EnvelopeHeader = { kind: 'control', bucket: 'S', slots: false };

export type Odd = { header?: EnvelopeHeader; room?: MessageRoom; plaintext?: (plaintext: Bytes) => Bytes };

/** What comes of a message with these fields, signed and sealed as it should be. */
export async function open(
	changed: Partial<Fields>,
	{ header = content, room: where = room, plaintext: change }: Odd = {}
): Promise<string> {
	const salt = random(32);
	const body = concat(...Object.values({ ...fields, ...changed }));
	const signed = signBody({ bind: room.bind, salt, kind: header.kind }, body, idSeed).plaintext;
	const sized = new Uint8Array(buckets[header.bucket]);
	sized.set(signed);
	const slots = header.slots ? { slots: { area: random(640), cek: random(32) } } : {};
	const envelope = await sealEnvelope(where, { header, salt, plaintext: change?.(sized) ?? sized, ...slots });
	return resultOf(openMessage(where, envelope));
}

export const payload = (...parts: Uint8Array[]): Uint8Array => {
	const whole = concat(...parts);
	return concat(u16(whole.length), whole);
};
export const nick = (text: string): Uint8Array => concat(u8(utf8(text).length), utf8(text));
export const seen = (...fps: number[]): Uint8Array => concat(u8(fps.length), ...fps.flatMap((fp) => [u64(fp), u32(1)]));
export const as = (type: keyof typeof bodyTypes): { type: Uint8Array } => ({ type: u8(bodyTypes[type].type) });

export function seal(message: Message, rest: Partial<Body> = {}): ReturnType<typeof sealMessage> {
	const seq = message.type === 'card' ? 0 : 1;
	const body = { sender, seq, prev: zeros, time, author: { nick: 'Ada', colour: 3 }, seen: [], ...rest };
	return sealMessage(room, { message, body, idSeed, x25519Pub, random });
}
