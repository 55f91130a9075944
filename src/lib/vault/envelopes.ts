/** Envelopes sealed and opened for the keeper: one's own, those that came, and those that the record of a sender holds. */
import type { Bytes } from '#protocol/bytes';
import { toHex } from '#protocol/bytes';
import { messageId, parseHeader } from '#protocol/envelope';
import { ProtocolError } from '#protocol/errors';
import type { Author, Seen } from '../crypto/body.ts';
import { fingerprintOf } from '../crypto/fingerprint.ts';
import type { OpenMessage, SealedMessage } from '../crypto/message.ts';
import { openMessage, sealMessage } from '../crypto/message.ts';
import type { Message } from '../crypto/payload.ts';
import type { ResumeRecord } from '../crypto/resume.ts';
import type { Random } from '../crypto/suite.ts';
import { hashSize } from '../crypto/suite.ts';
import { bodyTypes, checkContentSlots } from '../crypto/types.ts';
import type { Incoming, Opened, Refused } from './calls.ts';
import type { InsideKeys } from './held.ts';
import type { Peers, PeersOf } from './peers.ts';
import type { Numbers, Unsent } from './sender.ts';
import { Sender } from './sender.ts';

/** Whoever is inside: who they are, the room's keys, and those who read them. */
export type Inside = { readonly keys: InsideKeys; readonly sender: Sender; readonly peers: Peers };

/** The sender that a record remembers. */
export async function restore(keys: InsideKeys, record: ResumeRecord, author: Author): Promise<Sender> {
	const unsent = await Promise.all(record.unsent.map((envelope) => openUnsent(keys, envelope)));
	return Sender.restore(record, author, unsent);
}

async function openUnsent(keys: InsideKeys, envelope: Bytes): Promise<Unsent> {
	const { body } = await openMessage(keys, envelope);
	return { envelope, seq: body.seq, prev: body.prev };
}

/** `pairKeys`: of those who may read it, where not everybody in the room can. */
type Said = {
	readonly message: Message;
	readonly seen: readonly Seen[];
	readonly time: number;
	readonly pairKeys: readonly Bytes[];
};

/** With the sender's next numbers, which it uses up. */
export async function sealOne(
	{ keys, sender, peers }: Inside,
	{ message, seen, time, pairKeys }: Said,
	random: Random
): Promise<SealedMessage & Numbers> {
	const { kind } = bodyTypes[message.type];
	const numbers = sender.next(kind);
	if (message.type === 'hello') peers.greet(message.joinNonce);
	const sealed = await sealMessage(keys, {
		message,
		body: { sender: sender.publicKey, ...numbers, time, author: sender.author, seen },
		idSeed: sender.idSeed,
		x25519Pub: peers.x25519Pub,
		pairKeys: message.type === 'signal' ? [peers.pairKeyOf(message.to)] : pairKeys,
		random
	});
	if (sealed.cek !== null) peers.keepOwn(sealed.envelope, sealed.cek);
	sender.take(kind, { ...sealed, ...numbers });
	return { ...sealed, ...numbers };
}

/** The room's name, signed by who makes the room: outside of their sequence. */
export async function sealCard(
	keys: InsideKeys,
	sender: Sender,
	card: { readonly roomName: string; readonly time: number },
	random: Random
): Promise<Bytes> {
	const numbers = { seq: 0, prev: new Uint8Array(hashSize), time: card.time };
	const { envelope } = await sealMessage(keys, {
		message: { type: 'card', roomName: card.roomName },
		body: { sender: sender.publicKey, ...numbers, author: sender.author, seen: [] },
		idSeed: sender.idSeed,
		x25519Pub: new Uint8Array(0),
		random
	});
	return envelope;
}

/** In order, and in rooms with slots one after the other: a hello may bring the key that the next envelope is opened with. */
export async function openAll(inside: Inside, envelopes: readonly Uint8Array[]): Promise<readonly (Opened | Refused)[]> {
	const open = (envelope: Uint8Array) => openOne(inside, new Uint8Array(envelope));
	if (inside.keys.mode === 'stored') return Promise.all(envelopes.map(open));
	const opened: (Opened | Refused)[] = [];
	for (const envelope of envelopes) opened.push(await open(envelope));
	return opened;
}

/** Never throws for a bad envelope. Whoever says hello or answers to one is taken note of. */
async function openOne(inside: Inside, envelope: Bytes): Promise<Opened | Refused> {
	try {
		const header = parseHeader(envelope);
		checkContentSlots(header, inside.keys.mode);
		const cek = header.slots ? inside.peers.findCek(envelope) : undefined;
		if (cek === null) return { ok: false, code: 'HIDDEN', mid: toHex(messageId(envelope)) };
		return await toOpened(inside, envelope, await openMessage(inside.keys, envelope, cek));
	} catch (error) {
		if (error instanceof ProtocolError) return { ok: false, code: error.code };
		throw error;
	}
}

async function toOpened(inside: Inside, envelope: Bytes, { kind, body, chain, message }: OpenMessage): Promise<Opened> {
	const { seq, time, author, seen } = body;
	const sender = toHex(body.sender);
	const own = sender === inside.sender.me.sender;
	// Nothing is sealed for anybody in a stored room.
	const isGreeting = !own && inside.keys.mode !== 'stored' && 'x25519Pub' in message;
	// A recorded one brings nobody back.
	const greeting = isGreeting && inside.peers.isNew(sender, seq) ? message : null;
	if (greeting !== null) await meet(inside, body.sender, greeting);
	const reads = greeting && { reads: inside.peers.readsBy(body.sender, greeting.x25519Pub) };
	const ids = { mid: toHex(messageId(envelope)), sender, ...fingerprintOf(body.sender), own };
	const text = { prev: toHex(body.prev), chain: toHex(chain), time, author, seen, body: withoutKey(message) };
	return { ok: true, kind, ...ids, seq, ...text, ...reads };
}

type Greeting = Extract<OpenMessage['message'], { readonly x25519Pub: Bytes }>;

async function meet({ keys, sender, peers }: Inside, from: Bytes, greeting: Greeting): Promise<void> {
	const of: PeersOf = { roomKey: keys.roomKey, sender: sender.publicKey };
	if (greeting.type === 'hello') await peers.hear(of, from, greeting.x25519Pub);
	else await peers.heed(of, from, greeting);
}

/** The key is no page's business. */
function withoutKey(message: OpenMessage['message']): Incoming {
	if (!('x25519Pub' in message)) return message;
	const { x25519Pub: _, ...rest } = message;
	return rest;
}
