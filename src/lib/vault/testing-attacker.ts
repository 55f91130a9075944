/**
 * For tests: somebody who has a Live room's link and shard, and all that went over the wire, and takes the protocol's own steps
 * (docs/PROTOCOL.md §4, §7, §9) as far as that leads. Nothing of the keeper is in it.
 */
import type { Bytes } from '#protocol/bytes';
import { concat, equalBytes, toHex, utf8 } from '#protocol/bytes';
import { parseHeader } from '#protocol/envelope';
import { findCek } from '../crypto/exchange.ts';
import type { Party } from '../crypto/exchange.ts';
import { decodeLink } from '../crypto/link.ts';
import { openMessage } from '../crypto/message.ts';
import type { MessageRoom } from '../crypto/message.ts';
import { deriveAccessKeys, deriveRoomId, deriveRoomKeys, deriveRoot } from '../crypto/schedule.ts';
import { empty, exchange, hkdf, makeExchangeKey } from '../crypto/suite.ts';

export type Loot = {
	readonly code: string;
	readonly shard: Bytes;
	readonly wire: readonly Bytes[];
	/** 32 bytes each: of whichever of them is a member's X25519 key the pair keys are made as that member makes them. */
	readonly secrets?: readonly Bytes[];
};

type Keys = MessageRoom & { readonly roomKey: Bytes };

const zeros = new Uint8Array(32);

/** A Live room's without a password. */
async function keysOf({ code, shard }: Loot): Promise<Keys> {
	const { byte0, secret } = decodeLink(code);
	const room = { roomId: await deriveRoomId(secret), byte0 };
	const { contentRoot } = await deriveAccessKeys(await deriveRoot(secret, zeros, room));
	return { ...room, mode: 'relayed', ...(await deriveRoomKeys(contentRoot, shard, room)) };
}

/** Who said hello, by which key. */
async function partiesIn(keys: Keys, wire: readonly Bytes[]): Promise<readonly Party[]> {
	const parties = new Map<string, Party>();
	for (const envelope of wire) {
		if (parseHeader(envelope).slots) continue;
		const { body, message } = await openMessage(keys, envelope);
		if (!('x25519Pub' in message)) continue;
		const party = { sender: body.sender, x25519Pub: message.x25519Pub };
		parties.set(toHex(concat(party.sender, party.x25519Pub)), party);
	}
	return [...parties.values()];
}

const asText = ({ sender, x25519Pub }: Party) => toHex(concat(sender, x25519Pub));

/** §9's, with all that could stand in a shared secret's place, and those that a secret at hand leads to. */
async function pairKeysOf(keys: Keys, parties: readonly Party[], secrets: readonly Bytes[]): Promise<readonly Bytes[]> {
	const made: Promise<Bytes>[] = [];
	for (const one of parties) {
		const secret = secrets.find((each) => equalBytes(makeExchangeKey(() => each).publicKey, one.x25519Pub));
		for (const other of parties) {
			const both = [one, other].sort((a, b) => (asText(a) < asText(b) ? -1 : 1));
			const info = concat(utf8('epr/1/pair'), ...both.flatMap(({ sender, x25519Pub }) => [sender, x25519Pub]));
			const shared = secret === undefined ? [] : [exchange(secret, other.x25519Pub)];
			for (const dh of [empty, zeros, keys.roomKey, keys.kEnv, one.x25519Pub, other.x25519Pub, ...shared])
				made.push(hkdf(dh, keys.roomKey, info, 32));
		}
	}
	return Promise.all(made);
}

/** Every text that any of it gives. */
export async function readLoot(loot: Loot): Promise<ReadonlySet<string>> {
	const keys = await keysOf(loot);
	const parties = await partiesIn(keys, loot.wire);
	const pairKeys = [keys.roomKey, keys.kEnv, zeros, ...(await pairKeysOf(keys, parties, loot.secrets ?? []))];
	const texts = new Set<string>();
	for (const envelope of loot.wire) {
		if (!parseHeader(envelope).slots) continue;
		const ceks = [findCek(pairKeys, envelope), keys.kEnv, keys.roomKey, zeros];
		for (const cek of ceks) {
			const opened = cek === null ? null : await openMessage(keys, envelope, cek).catch(() => null);
			if (opened?.message.type === 'text') texts.add(opened.message.text);
		}
	}
	return texts;
}
