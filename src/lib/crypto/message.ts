/** A signed body in its padded envelope, both ways: docs/PROTOCOL.md §7 and §8. */
import type { Bytes } from '#protocol/bytes';
import { concat, u8, utf8 } from '#protocol/bytes';
import type { Bucket, EnvelopeHeader, EnvelopeKind } from '#protocol/envelope';
import { buckets, envelopeKinds, parseHeader, saltSize } from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import type { Mode } from '#protocol/mode';
import type { Body } from './body.ts';
import { decodeBody, encodeBody } from './body.ts';
import type { EnvelopeRoom } from './envelope.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { cekSize, sealSlots } from './exchange.ts';
import type { DecodedMessage, Message } from './payload.ts';
import { decodePayload, encodePayload, flagsOf } from './payload.ts';
import { Reader } from './reader.ts';
import type { Random } from './suite.ts';
import { hash, sign, verify } from './suite.ts';
import { bodyTypes, checkContentSlots, checkPlace, takesSlots } from './types.ts';

export type MessageRoom = EnvelopeRoom & { readonly mode: Mode; readonly bind: Bytes };

const signatureSize = 64;

type Place = { readonly bind: Bytes; readonly salt: Bytes; readonly kind: EnvelopeKind };

/** `bind` ties the signature to this room's key, `salt` to this envelope. */
function signedText(place: Place, body: Bytes): Bytes {
	return concat(utf8('epr/1/sig'), place.bind, place.salt, u8(envelopeKinds.indexOf(place.kind)), body);
}

function chainOf(body: Bytes, signature: Bytes): Bytes {
	return hash(utf8('epr/1/chain'), body, signature);
}

export type SealedBody = { readonly plaintext: Bytes; readonly chain: Bytes };

/** Body ‖ signature ‖ zero padding to the bucket, and the chain value that the sender's next content names. */
export function signBody(place: Place, body: Bytes, idSeed: Bytes, bucket: Bucket = 'S'): SealedBody {
	const signature = sign(signedText(place, body), idSeed);
	const plaintext = new Uint8Array(buckets[bucket]);
	plaintext.set(concat(body, signature));
	return { plaintext, chain: chainOf(body, signature) };
}

export type VerifiedBody = { readonly body: Body; readonly chain: Bytes };

/** Throws the codes of `decodeBody`, `PADDING` and `SIGNATURE`, in this order. */
export function verifyBody(place: Place, plaintext: Bytes): VerifiedBody {
	const reader = new Reader(plaintext);
	const body = decodeBody(reader);
	const bytes = plaintext.subarray(0, reader.at);
	const signature = reader.take(signatureSize);
	if (reader.rest().some((byte) => byte !== 0)) throw new ProtocolError('PADDING');
	if (!verify(signature, signedText(place, bytes), body.sender)) throw new ProtocolError('SIGNATURE');
	return { body, chain: chainOf(bytes, signature) };
}

/** Seq and prev as §8 has them: content counts from 1, control has no chain, a card stands outside the sequence with seq 0. */
function checkNumbers(body: Body, kind: EnvelopeKind): void {
	const numbered = body.type === bodyTypes.card.type ? body.seq === 0 : body.seq > 0;
	const chained = kind === 'content' && body.seq > 1;
	if (!numbered || (!chained && body.prev.some((byte) => byte !== 0))) throw new ProtocolError('TYPE_KIND');
}

export type MessageInput = {
	readonly message: Message;
	readonly body: Omit<Body, 'type' | 'flags' | 'payload'>;
	readonly idSeed: Bytes;
	readonly x25519Pub: Bytes;
	/** Draws the salt and, for an envelope with slots, the key and the fill. */
	readonly random: Random;
	/** Of those who shall read it, §9: what goes to all in the room needs none. */
	readonly pairKeys?: readonly Bytes[];
};

/** `cek`: what its slots carry, 32 bytes; `null` in an envelope without. */
export type SealedMessage = { readonly envelope: Bytes; readonly chain: Bytes; readonly cek: Bytes | null };

/** An offer or an answer is too long for the small bucket, which all else has. */
function bucketOf(message: Message): Bucket {
	return message.type === 'signal' && (message.sub === 'offer' || message.sub === 'answer') ? 'L' : 'S';
}

/** Throws the codes of `encodeBody` and `encodePayload`. */
export async function sealMessage(room: MessageRoom, input: MessageInput): Promise<SealedMessage> {
	const { random, message, pairKeys = [] } = input;
	const { type, kind } = bodyTypes[message.type];
	const header: EnvelopeHeader = { kind, bucket: bucketOf(message), slots: takesSlots(message.type, room.mode) };
	const salt = random(saltSize);
	const payload = encodePayload(message, input.x25519Pub);
	const bytes = encodeBody({ ...input.body, type, flags: flagsOf(message), payload });
	const { plaintext, chain } = signBody({ bind: room.bind, salt, kind }, bytes, input.idSeed, header.bucket);
	if (!header.slots) return { envelope: await sealEnvelope(room, { header, salt, plaintext }), chain, cek: null };
	const cek = random(cekSize);
	const slots = { area: sealSlots(pairKeys, { salt, cek, random }), cek };
	return { envelope: await sealEnvelope(room, { header, salt, plaintext, slots }), chain, cek };
}

export type OpenMessage = VerifiedBody & { readonly kind: EnvelopeKind; readonly message: DecodedMessage };

/**
 * Every check of §7 and §8; throws `ProtocolError` with the code of the first that fails, and nothing else. `cek`: what a slot of
 * ours gave.
 */
export async function openMessage(room: MessageRoom, envelope: Bytes, cek?: Bytes): Promise<OpenMessage> {
	checkContentSlots(parseHeader(envelope), room.mode);
	const { header, salt, plaintext } = await openEnvelope(room, envelope, cek);
	const { body, chain } = verifyBody({ bind: room.bind, salt, kind: header.kind }, plaintext);
	checkPlace(body.type, header, room.mode);
	checkNumbers(body, header.kind);
	return { kind: header.kind, body, chain, message: decodePayload(body) };
}
