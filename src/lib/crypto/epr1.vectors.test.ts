import type { Bytes } from '#protocol/bytes';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import type { Mode } from '#protocol/mode';
import { parseByte0 } from '#protocol/mode';
import { leadingZeroBits } from '#protocol/work';
import { argon2id } from 'hash-wasm';
import { describe, expect, test } from 'vitest';
import type { Body } from './body.ts';
import { encodeBody } from './body.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { derivePairKey, findCek } from './exchange.ts';
import { fingerprintOf } from './fingerprint.ts';
import { decodeLink, encodeLink } from './link.ts';
import type { MessageRoom } from './message.ts';
import { openMessage, sealMessage, signBody } from './message.ts';
import type { Argon2 } from './password.ts';
import { encodePassword, passwordCost } from './password.ts';
import { signProof, verifyProof } from './proof.ts';
import { safetyWords } from './safety-words.ts';
import * as schedule from './schedule.ts';
import { hash, publicKeyOf } from './suite.ts';
import file from './vectors/epr1.json';
import { hashWork, solveWork } from './work.ts';

type Vector = (typeof file.vectors)[number];
type Named<Id extends string> = Extract<Vector, { id: string }> & { id: Id };

const argon2: Argon2 = async ({ password, salt, m, t, p }) => {
	const cost = { memorySize: m, iterations: t, parallelism: p, hashLength: 32 };
	return new Uint8Array(await argon2id({ password, salt, ...cost, outputType: 'binary' }));
};

function vector(id: string): Record<string, unknown> {
	const found: Named<string> | undefined = file.vectors.find((each) => each.id === id);
	if (found === undefined) throw new Error(`no vector ${id}`);
	return found;
}

function text(id: string, field: string): string {
	const value = vector(id)[field];
	if (typeof value !== 'string') throw new Error(`vector ${id}: ${field} is no string`);
	return value;
}

const hex = (id: string, field: string): Bytes => fromHex(text(id, field));

async function roomOf(id: string): Promise<MessageRoom> {
	const byte0 = Number(vector(id)['byte0']);
	const mode: Mode = parseByte0(byte0)?.mode ?? 'stored';
	return { roomId: hex(id, 'roomId'), byte0, mode, kEnv: hex(id, 'kEnv'), bind: hex(id, 'bind') };
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
	try {
		await attempt;
		return 'OK';
	} catch (error) {
		return error instanceof ProtocolError ? error.code : String(error);
	}
}

describe.each(['K1-stored-nopw', 'K2-relayed-pw-nfkc', 'K3-direct-nopw'])('%s', (id) => {
	const room = { roomId: hex(id, 'roomId'), byte0: Number(vector(id)['byte0']) };
	const secret = hex(id, 'linkSecret');

	test('the link reads and writes', () => {
		expect(encodeLink({ byte0: room.byte0, secret })).toBe(text(id, 'link'));
		expect(decodeLink(text(id, 'link'))).toEqual({ byte0: room.byte0, secret });
	});

	test('the password gives pwKey through Argon2id', async () => {
		const password = vector(id)['password'];
		if (typeof password !== 'string') return expect(text(id, 'pwKey')).toBe('00'.repeat(32));
		const salt = await schedule.derivePasswordSalt(secret);
		expect(toHex(salt)).toBe(text(id, 'pwSalt'));
		expect(toHex(await argon2({ password: encodePassword(password), salt, ...passwordCost }))).toBe(text(id, 'pwKey'));
	});

	test('secret and pwKey give the access keys', async () => {
		expect(await schedule.deriveRoomId(secret)).toEqual(room.roomId);
		const root = await schedule.deriveRoot(secret, hex(id, 'pwKey'), room);
		expect(toHex(root)).toBe(text(id, 'root'));
		const keys = await schedule.deriveAccessKeys(root);
		for (const name of ['accessSeed', 'accessPub', 'contentRoot', 'resumeKey'] as const)
			expect(toHex(keys[name])).toBe(text(id, name));
	});

	test('contentRoot and shard give the room keys', async () => {
		const [contentRoot, shard] = [hex(id, 'contentRoot'), hex(id, 'shard')];
		expect(toHex(await schedule.deriveShardTag(contentRoot, shard, room.roomId))).toBe(text(id, 'shardTag'));
		expect(toHex(await schedule.deriveRoomKey(contentRoot, shard, room))).toBe(text(id, 'roomKey'));
		const keys = await schedule.deriveRoomKeys(contentRoot, shard, room);
		expect([toHex(keys.kEnv), toHex(keys.bind)]).toEqual([text(id, 'kEnv'), text(id, 'bind')]);
	});
});

test('P1: the access proof', () => {
	const [origin, roomId] = [text('P1-access-proof', 'origin'), hex('P1-access-proof', 'roomId')];
	const input = {
		origin,
		roomId,
		challenge: hex('P1-access-proof', 'challenge'),
		clientNonce: hex('P1-access-proof', 'clientNonce')
	};
	const proof = signProof(input, hex('K1-stored-nopw', 'accessSeed'));
	expect(toHex(proof)).toBe(text('P1-access-proof', 'proof'));
	expect(verifyProof(input, proof, hex('P1-access-proof', 'accessPub'))).toBe(true);
});

const saltOf = (envelope: Bytes): Bytes => envelope.slice(4, 36);

describe.each(['E1-text', 'E2-text-max-utf8-chained'])('%s', (id) => {
	const envelope = hex(id, 'envelope');
	const idSeed = hex(id, 'idSeed');
	const salt = saltOf(envelope);

	test('opens to the signed body', async () => {
		const opened = await openMessage(await roomOf('K1-stored-nopw'), envelope);
		expect(opened.kind).toBe('content');
		expect(toHex(encodeBody(opened.body))).toBe(text(id, 'body'));
		expect(toHex(opened.chain)).toBe(text(id, 'chain'));
		expect(opened.body.sender).toEqual(publicKeyOf(idSeed));
	});

	test('is signed and sealed to the same bytes', async () => {
		const room = await roomOf('K1-stored-nopw');
		const { plaintext, chain } = signBody({ bind: room.bind, salt, kind: 'content' }, hex(id, 'body'), idSeed);
		expect(toHex(plaintext)).toContain(text(id, 'body') + text(id, 'sig'));
		expect(toHex(chain)).toBe(text(id, 'chain'));
		const sealed = await sealEnvelope(room, { header: { kind: 'content', bucket: 'S', slots: false }, salt, plaintext });
		expect(toHex(sealed)).toBe(text(id, 'envelope'));
	});
});

test('E1: a message put together from its parts is the same bytes', async () => {
	const envelope = hex('E1-text', 'envelope');
	const body: Omit<Body, 'type' | 'flags' | 'payload'> = {
		sender: hex('E1-text', 'senderPub'),
		seq: 1,
		prev: new Uint8Array(32),
		time: 0x01a0c4506c00,
		author: { nick: 'Ada', colour: 3 },
		seen: []
	};
	const message = { type: 'text', text: 'Hello, room.' } as const;
	const idSeed = hex('E1-text', 'idSeed');
	const input = { message, body, idSeed, x25519Pub: new Uint8Array(32), random: () => saltOf(envelope) };
	const sealed = await sealMessage(await roomOf('K1-stored-nopw'), input);
	expect(toHex(sealed.envelope)).toBe(text('E1-text', 'envelope'));
	expect(fingerprintOf(body.sender).fp).toBe(text('E1-text', 'fp'));
});

describe('G1: refusals', () => {
	const base = hex('E1-text', 'envelope');
	const flipped = (offset: number): Bytes => base.map((byte, i) => (i === offset ? byte ^ 1 : byte));
	const cases = file.vectors.flatMap((each) => (each.id === 'G1-negatives' ? (each.cases ?? []) : []));

	test.each(cases.flatMap((each) => ('offset' in each ? [each] : [])))('$name ⇒ $result', async ({ offset, result }) => {
		expect(await codeOf(openEnvelope(await roomOf('K1-stored-nopw'), flipped(Number(offset))))).toBe(result);
	});

	test('a byte less or more ⇒ ENV_LENGTH', async () => {
		const room = await roomOf('K1-stored-nopw');
		expect(await codeOf(openEnvelope(room, base.slice(0, -1)))).toBe('ENV_LENGTH');
		expect(await codeOf(openEnvelope(room, concat(base, Uint8Array.of(0))))).toBe('ENV_LENGTH');
	});

	test('another room ⇒ COMMIT', async () => {
		expect(await codeOf(openEnvelope(await roomOf('K2-relayed-pw-nfkc'), base))).toBe('COMMIT');
	});

	test('the same secret under another mode byte ⇒ COMMIT', async () => {
		const room = await roomOf('K1-stored-nopw');
		expect(await codeOf(openEnvelope({ ...room, byte0: 0x14 }, base))).toBe('COMMIT');
	});

	test('a wrong shard ⇒ COMMIT', async () => {
		const room = await roomOf('K1-stored-nopw');
		const keys = await schedule.deriveRoomKeys(hex('K1-stored-nopw', 'contentRoot'), new Uint8Array(32), room);
		expect(await codeOf(openEnvelope({ ...room, ...keys }, base))).toBe('COMMIT');
	});

	test('slots: without the key of a slot ⇒ COMMIT, with it ⇒ OK', async () => {
		const [room, envelope] = [await roomOf('K2-relayed-pw-nfkc'), hex('F1-slots', 'envelope')];
		expect(envelope.length).toBe(2004);
		expect(await codeOf(openEnvelope(room, envelope))).toBe('COMMIT');
		expect(await codeOf(openEnvelope(room, envelope, new Uint8Array(32)))).toBe('COMMIT');
		expect(await codeOf(openEnvelope(room, envelope, hex('F1-slots', 'cek')))).toBe('OK');
	});
});

test.each(file.vectors.flatMap((each) => (each.id === 'L1-links' ? (each.cases ?? []) : [])))(
	'L1: $name ⇒ $result',
	async (each) => {
		const link = 'link' in each ? String(each.link) : '';
		expect(await codeOf(Promise.resolve().then(() => decodeLink(link)))).toBe(each.result);
	}
);

test('W1: the proof of work', async () => {
	const challenge = hex('W1-pow', 'challenge');
	const nonce = await solveWork(argon2, { challenge, difficulty: 6 });
	expect(toHex(nonce)).toBe('000000000000000d');
	const hashed = await hashWork(argon2, challenge, nonce);
	expect(toHex(hashed)).toBe(text('W1-pow', 'hash'));
	expect(leadingZeroBits(hashed)).toBeGreaterThanOrEqual(6);
});

test('the vectors are the ones that the specification names', async () => {
	expect(file.vectors.map((each) => each.id.slice(0, 2)).join(' ')).toBe('K1 K2 K3 P1 S1 E1 E2 E3 F1 X1 A1 N1 T1 W1 G1 L1');
	expect(hash(hex('E1-text', 'envelope'))).toEqual(fromHex('64ddd556a5ce93e0b06ef62eee6b4f07f5140dfc0b1346723a268c407af4c076'));
});

describe('F1: who can read an envelope with slots', () => {
	type Name = 'A' | 'B' | 'C';
	const part = (field: 'ed' | 'x25519' | 'xPub', name: Name): Bytes => {
		const value: unknown = Reflect.get(Object(vector('F1-slots')[field]), name);
		if (typeof value !== 'string') throw new Error(`F1: no ${field} of ${name}`);
		return fromHex(value);
	};
	const partyOf = (name: Name) => ({ sender: publicKeyOf(part('ed', name)), x25519Pub: part('xPub', name) });
	const mine = (name: Name) => {
		const { sender, x25519Pub } = partyOf(name);
		return { sender, key: { secret: part('x25519', name), publicKey: x25519Pub } };
	};
	const roomKey = (): Bytes => hex('K2-relayed-pw-nfkc', 'roomKey');

	test('both ends come to the same pair key', async () => {
		expect(toHex(await derivePairKey(roomKey(), mine('A'), partyOf('B')))).toBe(text('F1-slots', 'pairAB'));
		expect(toHex(await derivePairKey(roomKey(), mine('B'), partyOf('A')))).toBe(text('F1-slots', 'pairAB'));
		expect(toHex(await derivePairKey(roomKey(), mine('A'), partyOf('C')))).toBe(text('F1-slots', 'pairAC'));
	});

	test('either recipient finds the key, and whoever shares none of theirs finds nothing', async () => {
		const envelope = hex('F1-slots', 'envelope');
		const find = async (reader: Name, author: Name) =>
			findCek([await derivePairKey(roomKey(), mine(reader), partyOf(author))], envelope);
		expect(toHex((await find('B', 'A')) ?? new Uint8Array(0))).toBe(text('F1-slots', 'cek'));
		expect(toHex((await find('C', 'A')) ?? new Uint8Array(0))).toBe(text('F1-slots', 'cek'));
		expect(await find('B', 'C')).toBeNull();
	});
});

test('A1: the words to compare', () => {
	const pubs = vector('A1-sas')['pubs'];
	const senders = (Array.isArray(pubs) ? pubs : []).map((each) => fromHex(String(each)));
	const expected = ['glass', 'globe', 'bridge', 'glass', 'sugar', 'magnet'];
	expect(safetyWords(hex('K1-stored-nopw', 'bind'), senders)).toEqual(expected);
	expect(safetyWords(hex('K1-stored-nopw', 'bind'), senders.toReversed())).toEqual(expected);
});
