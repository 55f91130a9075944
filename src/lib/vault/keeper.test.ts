import { toHex } from '#protocol/bytes';
import { plainEnvelopeSize } from '#protocol/envelope';
import { beforeEach, describe, expect, test } from 'vitest';
import { verifyProof } from '../crypto/proof.ts';
import { maxUnsent } from '../crypto/resume.ts';
import { answer } from './answer.ts';
import type { Calls } from './calls.ts';
import { Cancelled } from './kdf.ts';
import type { Keeper } from './keeper.ts';
import { createKeeper } from './keeper.ts';
import type { Created, Inside } from './testing.ts';
import { random, kdf, now, newKeeper, ada, bo, password, enter, join, say, read, codeOf } from './testing.ts';

let room: Created;
let creator: Inside;
let guest: Inside;

beforeEach(async () => {
	const keeper = newKeeper();
	room = await keeper.create({ mode: 'stored', password, roomName: 'Kitchen', author: ada });
	creator = await enter(keeper, room.key, room, { author: ada });
	guest = await join(room, { author: bo });
});

describe('the way in', () => {
	test('a created room is the one that its link reads as', async () => {
		const read = await newKeeper().readLink({ code: room.code });
		expect(read).toMatchObject({ mode: 'stored', password: true, roomId: room.roomId, byte0: 0x12, storageKey: room.storageKey });
		expect(room.storageKey).toMatch(/^epr1\.me\.[0-9a-f]{16}$/);
		expect(room.card.length).toBe(plainEnvelopeSize);
	});

	test('who knows the password proves it; who does not proves nothing', async () => {
		const challenge = random(32);
		const input = { origin: 'https://rooms.example', challenge };
		const keeper = newKeeper();
		const { key, roomId } = await keeper.readLink({ code: room.code });
		await keeper.unlock({ key, password: 'abacus-abdomen-abide-abacus' });
		const wrong = await keeper.prove({ key, ...input });
		expect(verifyProof({ ...input, roomId, clientNonce: wrong.clientNonce }, wrong.proof, room.accessPub)).toBe(false);
		await keeper.unlock({ key, password });
		const right = await keeper.prove({ key, ...input });
		expect(verifyProof({ ...input, roomId, clientNonce: right.clientNonce }, right.proof, room.accessPub)).toBe(true);
	});

	test('the card tells the name of the room and who made it', async () => {
		const keeper = newKeeper();
		const { key } = await keeper.readLink({ code: room.code });
		await keeper.unlock({ key, password });
		const { shard, shardTag, card } = room;
		const entered = await keeper.enter({ key, shard, shardTag, card, author: bo });
		expect(entered).toMatchObject({ roomName: 'Kitchen', creator: creator.me.fp });
		expect(entered.me.fp).not.toBe(creator.me.fp);
	});

	test('a shard that the creator did not make is refused', async () => {
		const keeper = newKeeper();
		const { key } = await keeper.readLink({ code: room.code });
		await keeper.unlock({ key, password });
		const { shardTag, card } = room;
		expect(await codeOf(keeper.enter({ key, shard: random(32), shardTag, card, author: bo }))).toBe('SHARD_TAG');
		expect(await codeOf(keeper.open({ key, envelopes: [] }))).toBe('Error: keeper: not inside the room');
	});

	test('a message in place of the card is refused', async () => {
		const { envelope } = await say(creator, 'I am no card');
		expect(await codeOf(join({ ...room, card: envelope }, { author: bo }))).toBe('TYPE_KIND');
	});

	test('a stored room needs a password of eight characters, others may go without', async () => {
		const open = (mode: 'stored' | 'relayed', rest: object): Promise<string> =>
			codeOf(newKeeper().create({ mode, roomName: '', author: ada, ...rest }));
		expect(await open('stored', {})).toBe('PASSWORD_LENGTH');
		expect(await open('stored', { password: '1234567' })).toBe('PASSWORD_LENGTH');
		expect(await open('relayed', {})).toBe('OK');
	});
});

describe('talking', () => {
	test('each reads what the other wrote, and knows which is their own', async () => {
		const sealed = await say(creator, 'Grüße 👋');
		const [[theirs], [own]] = [await read(guest, [sealed.envelope]), await read(creator, [sealed.envelope])];
		expect(theirs).toMatchObject({
			kind: 'content',
			mid: sealed.mid,
			sender: creator.me.sender,
			seq: 1,
			time: now,
			author: ada,
			own: false
		});
		expect(theirs?.body).toEqual({ type: 'text', text: 'Grüße 👋' });
		expect(own).toMatchObject({ own: true, chain: sealed.chain, fp: creator.me.fp, tag: creator.me.tag });
	});

	test('every kind of control comes through', async () => {
		const joinNonce = random(16);
		const bodies = [
			{ type: 'hello', joinNonce, tokenKeyHint: new Uint8Array(4) },
			{ type: 'helloReply', joinNonce, tokenKeyHint: random(4) },
			{ type: 'bye' },
			{ type: 'ack' },
			{ type: 'purge' },
			{ type: 'typing', started: true }
		] as const;
		for (const body of bodies) {
			const seen = [{ fp: guest.me.fp, seq: 4 }];
			const { envelope } = await creator.keeper.seal({ key: creator.key, body, seen, time: now });
			expect(envelope.length).toBe(plainEnvelopeSize);
			const [opened] = await read(guest, [envelope]);
			expect(opened).toMatchObject({ kind: 'control', body, seen, prev: '00'.repeat(32) });
		}
	});

	test('content asked for at once is numbered and chained in the order of the calls', async () => {
		const sealed = await Promise.all(['one', 'two', 'three'].map((text) => say(creator, text)));
		const opened = await read(
			guest,
			sealed.map(({ envelope }) => envelope)
		);
		expect(opened.map(({ seq }) => seq)).toEqual([1, 2, 3]);
		expect(opened.map(({ prev }) => prev)).toEqual(['00'.repeat(32), opened[0]?.chain, opened[1]?.chain]);
	});

	test('a bad envelope in a batch is refused by its code and spoils nothing else', async () => {
		const [one, two] = [await say(creator, 'one'), await say(creator, 'two')];
		const broken = one.envelope.map((byte, i) => (i === 700 ? byte ^ 1 : byte));
		const { opened } = await guest.keeper.open({
			key: guest.key,
			envelopes: [one.envelope, broken, new Uint8Array(3), two.envelope]
		});
		expect(opened.map((each) => (each.ok ? each.seq : each.code))).toEqual([1, 'AEAD', 'ENV_LENGTH', 2]);
	});

	test('a text that is refused uses no number', async () => {
		expect(await codeOf(say(creator, 'x'.repeat(201)))).toBe('TEXT_LENGTH');
		expect((await say(creator, 'short')).seq).toBe(1);
	});

	test('typing writes to the record once in a thousand times', async () => {
		const body = { type: 'typing', started: true } as const;
		const type = (): Promise<Calls['seal'][1]> => creator.keeper.seal({ key: creator.key, body, seen: [], time: now });
		const first = await type();
		const records = new Set<string>([toHex(first.record)]);
		for (let i = 0; i < 4; i++) records.add(toHex((await type()).record));
		expect(records.size).toBe(1);
		expect((await type()).seq).toBe(6);
	});
});

test('more than twenty messages under way are refused without using a number', async () => {
	const sealed = [];
	for (let i = 0; i < maxUnsent; i++) sealed.push(await say(creator, `message ${i}`));
	expect(await codeOf(say(creator, 'one too many'))).toMatch(/20 messages are not settled/);
	await creator.keeper.settle({ key: creator.key, mids: sealed.slice(0, 1).map(({ mid }) => mid) });
	expect((await say(creator, 'now it fits')).seq).toBe(maxUnsent + 1);
});

test('a room that was forgotten is not there any more', async () => {
	await guest.keeper.forget({ key: guest.key });
	expect(await codeOf(guest.keeper.open({ key: guest.key, envelopes: [] }))).toMatch(/no room/);
});

test('nothing that crosses the boundary as a key is anything but a number', async () => {
	expect(typeof room.key).toBe('number');
	const secrets = Object.entries(room).filter(([, value]) => value instanceof Uint8Array);
	expect(secrets.map(([name]) => name)).toEqual(['roomId', 'accessPub', 'shard', 'shardTag', 'card']);
});

describe('a reply', () => {
	const reported: unknown[] = [];
	const ask = (keeper: Keeper, code: string): ReturnType<typeof answer> =>
		answer(keeper, { id: 7, name: 'readLink', args: { code } }, (error) => reported.push(error));

	test('carries the code of a failed check', async () => {
		expect(await ask(newKeeper(), 'nonsense')).toEqual({ id: 7, ok: false, code: 'LINK_FORMAT' });
	});

	test('says CANCELLED when a derivation was stopped', async () => {
		const stopped = { ...kdf, derive: () => Promise.reject(new Cancelled()) };
		const keeper = createKeeper({ random, kdf: stopped, now: () => now });
		const { key } = await keeper.readLink({ code: room.code });
		expect(await answer(keeper, { id: 8, name: 'unlock', args: { key, password } }, (error) => reported.push(error))).toEqual({
			id: 8,
			ok: false,
			code: 'CANCELLED'
		});
	});

	test('says FAULT and reports the error when anything else goes wrong', async () => {
		const { key } = await guest.keeper.readLink({ code: room.code });
		const args = { key, origin: 'https://rooms.example', challenge: random(32) };
		const reply = await answer(guest.keeper, { id: 9, name: 'prove', args }, (error) => reported.push(error));
		expect(reply).toEqual({ id: 9, ok: false, code: 'FAULT' });
		expect(String(reported)).toBe('Error: keeper: the room is locked');
	});
});
