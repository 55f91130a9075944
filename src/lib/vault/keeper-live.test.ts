import type { Bytes } from '#protocol/bytes';
import { equalBytes } from '#protocol/bytes';
import { envelopeSize } from '#protocol/envelope';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Calls, Outgoing, ReadersChange } from './calls.ts';
import { createKeeper } from './keeper.ts';
import type { Created, Inside } from './testing.ts';
import { ada, bo, enter, join, kdf, newKeeper, now, random, read, say } from './testing.ts';
import { readLoot } from './testing-attacker.ts';

const cy = { nick: 'Cy', colour: 1 };
const zeroHint = new Uint8Array(4);

let room: Created;
let anna: Inside;
let ben: Inside;

beforeEach(async () => {
	const keeper = newKeeper();
	room = await keeper.create({ mode: 'relayed', roomName: 'Kitchen', author: ada });
	anna = await enter(keeper, room.key, room, { author: ada });
	ben = await join(room, { author: bo });
});

const seal = ({ keeper, key }: Inside, body: Outgoing): Promise<Calls['seal'][1]> =>
	keeper.seal({ key, body, seen: [], time: now });

const change = async ({ keeper, key }: Inside, made?: ReadersChange): Promise<readonly string[]> =>
	(await keeper.readers({ key, ...(made === undefined ? {} : { change: made }) })).fps;

/** What each of the envelopes gave: its text, its type, or its code. */
async function seenBy({ keeper, key }: Inside, ...envelopes: Bytes[]): Promise<readonly string[]> {
	const { opened } = await keeper.open({ key, envelopes });
	return opened.map((each) => {
		if (!each.ok) return each.code;
		return each.body.type === 'text' ? each.body.text : each.body.type;
	});
}

/** Somebody says hello and the others answer. Returns what went over the wire. */
async function greet(who: Inside, ...others: readonly Inside[]): Promise<readonly Bytes[]> {
	const joinNonce = random(16);
	const { envelope: hello } = await seal(who, { type: 'hello', joinNonce, tokenKeyHint: zeroHint });
	const wire = [hello];
	for (const other of others) {
		expect(await seenBy(other, hello)).toEqual(['hello']);
		const { envelope } = await seal(other, { type: 'helloReply', joinNonce, tokenKeyHint: zeroHint });
		expect(await seenBy(who, envelope)).toEqual(['helloReply']);
		wire.push(envelope);
	}
	return wire;
}

async function meet(...all: readonly Inside[]): Promise<void> {
	for (const who of all) await greet(who, ...all.filter((other) => other !== who));
}

describe('who can read', () => {
	test('those who have answered a hello, and oneself; an envelope tells nobody how many they are', async () => {
		await meet(anna, ben);
		const { envelope } = await say(anna, 'for Ben');
		expect(envelope.length).toBe(envelopeSize({ kind: 'content', bucket: 'S', slots: true }));
		expect(await seenBy(ben, envelope)).toEqual(['for Ben']);
		expect(await seenBy(anna, envelope)).toEqual(['for Ben']);
		expect(await change(anna)).toEqual([ben.me.fp]);
	});

	test('nobody before the first answer, and no member that never says hello', async () => {
		const silent = await join(room, { author: cy });
		const { envelope: early } = await say(anna, 'to nobody');
		await meet(anna, ben);
		const { envelope } = await say(anna, 'to Ben');
		expect(await seenBy(silent, early, envelope)).toEqual(['HIDDEN', 'HIDDEN']);
		expect(await seenBy(ben, early)).toEqual(['HIDDEN']);
	});

	test('a hello alone makes nobody a reader, nor does a recorded answer', async () => {
		const wire = await greet(anna, ben);
		expect(await change(ben)).toEqual([]);
		// Anna is loaded anew: her key is another, and the answer of before is played to her.
		const again = await join(room, { author: ada });
		await seal(again, { type: 'hello', joinNonce: random(16), tokenKeyHint: zeroHint });
		expect(await seenBy(again, ...wire)).toEqual(['hello', 'helloReply']);
		expect(await change(again)).toEqual([]);
	});

	test('a hello tells whether what we seal opens with the key that it brings', async () => {
		const hello = async (who: Inside) =>
			(await seal(who, { type: 'hello', joinNonce: random(16), tokenKeyHint: zeroHint })).envelope;
		const readsOf = async (envelope: Bytes) => (await read(anna, [envelope])).map(({ reads }) => reads);
		expect(await readsOf(await hello(ben))).toEqual([false]);
		await meet(anna, ben);
		expect(await readsOf(await hello(ben))).toEqual([true]);
		await change(ben, { is: 'rotate' });
		expect(await readsOf(await hello(ben))).toEqual([false]);
		expect(await readsOf((await say(ben, 'not a hello')).envelope)).toEqual([undefined]);
	});

	test('sixteen, the first ones', async () => {
		const crowd: Inside[] = [];
		for (let n = 0; n < 17; n++) crowd.push(await join(room, { author: { nick: `M${n}`, colour: n % 10 } }));
		await greet(anna, ...crowd);
		expect(await change(anna)).toEqual(crowd.slice(0, 16).map(({ me }) => me.fp));
		for (const one of crowd) await greet(one, anna);
		const { envelope } = await say(anna, 'to sixteen');
		const read = await Promise.all(crowd.map((one) => seenBy(one, envelope)));
		expect(read.flat()).toEqual([...Array<string>(16).fill('to sixteen'), 'HIDDEN']);
	});

	test('of those who could, only who is named', async () => {
		const cyra = await join(room, { author: cy });
		await meet(anna, ben, cyra);
		const body = { type: 'text', text: 'for Ben' } as const;
		const { envelope, readers } = await anna.keeper.seal({ key: anna.key, body, seen: [], time: now, among: [ben.me.fp] });
		expect(readers).toEqual([ben.me.fp]);
		expect([await seenBy(ben, envelope), await seenBy(cyra, envelope)]).toEqual([['for Ben'], ['HIDDEN']]);
	});

	test('not whom one has stopped sending to, until one sends to them again', async () => {
		await meet(anna, ben);
		expect(await change(anna, { is: 'exclude', fp: ben.me.fp, excluded: true })).toEqual([]);
		const { envelope: without } = await say(anna, 'not for Ben');
		expect(await change(anna, { is: 'exclude', fp: ben.me.fp, excluded: false })).toEqual([ben.me.fp]);
		const { envelope } = await say(anna, 'for Ben again');
		expect(await seenBy(ben, without, envelope)).toEqual(['HIDDEN', 'for Ben again']);
	});

	test('nobody who has left', async () => {
		await meet(anna, ben);
		expect(await change(anna, { is: 'left', fp: ben.me.fp })).toEqual([]);
		expect(await seenBy(ben, (await say(anna, 'alone')).envelope)).toEqual(['HIDDEN']);
	});
});

describe('a change of keys', () => {
	test('what was sealed for the key before is read until that key is gone', async () => {
		await meet(anna, ben);
		const { envelope: early } = await say(ben, 'before');
		await change(anna, { is: 'rotate' });
		expect(await seenBy(anna, early)).toEqual(['before']);
		await greet(anna, ben);
		const { envelope: later } = await say(ben, 'still for the old key');
		expect(await seenBy(anna, later)).toEqual(['still for the old key']);
		await change(anna, { is: 'dropOldKeys' });
		expect(await seenBy(anna, early, later)).toEqual(['HIDDEN', 'HIDDEN']);
		await greet(ben, anna);
		expect(await seenBy(anna, (await say(ben, 'for the new one')).envelope)).toEqual(['for the new one']);
	});

	test('who does not answer to the new key reads no more once the old one is gone', async () => {
		await meet(anna, ben);
		await change(anna, { is: 'rotate' });
		await greet(anna);
		expect(await change(anna)).toEqual([ben.me.fp]);
		expect(await change(anna, { is: 'dropOldKeys' })).toEqual([]);
	});

	test('an envelope of before that comes after the hello is read', async () => {
		await meet(anna, ben);
		const { envelope } = await say(ben, 'sent again');
		await change(ben, { is: 'rotate' });
		await greet(ben, anna);
		expect(await seenBy(anna, envelope)).toEqual(['sent again']);
	});
});

describe('a signal', () => {
	const callId = random(16);
	const signal = (to: Inside, sub: 'offer' | 'candidate') =>
		({ type: 'signal', callId, to: to.me.fp, sub, data: 'v=0' }) as const;

	test('is for one member, and nobody else can read it, nor tell an offer from an answer by its size', async () => {
		const cyrus = await join(room, { author: cy });
		await meet(anna, ben, cyrus);
		const { envelope } = await seal(anna, signal(ben, 'offer'));
		expect(envelope.length).toBe(envelopeSize({ kind: 'control', bucket: 'L', slots: true }));
		expect(await seenBy(cyrus, envelope)).toEqual(['HIDDEN']);
		const [opened] = await read(ben, [envelope]);
		expect(opened?.body).toEqual(signal(ben, 'offer'));
		const { envelope: small } = await seal(anna, signal(ben, 'candidate'));
		expect(small.length).toBe(envelopeSize({ kind: 'control', bucket: 'S', slots: true }));
	});

	test('goes to nobody who has not answered', async () => {
		await greet(ben, anna);
		await expect(seal(anna, signal(ben, 'offer'))).rejects.toThrow('does not read us');
	});
});

test('in a Direct room one person reads, the first to answer', async () => {
	const keeper = newKeeper();
	const direct = await keeper.create({ mode: 'direct', roomName: '', author: ada });
	const one = await enter(keeper, direct.key, direct, { author: ada });
	const [two, three] = [await join(direct, { author: bo }), await join(direct, { author: cy })];
	await greet(one, two, three);
	expect(await change(one)).toEqual([two.me.fp]);
	await greet(three, one);
	expect(await seenBy(three, (await say(one, 'for two')).envelope)).toEqual(['HIDDEN']);
});

const messages = process.env.LONG === undefined ? 60 : 1000;

test(`${messages} messages as they went over the wire open to nobody who has link, password and shard, be it from the first`, async () => {
	// Whatever Anna draws is taken note of, her key among it.
	const drawn: Bytes[] = [];
	const noting = (size: number) => {
		const bytes = random(size);
		drawn.push(bytes.slice());
		return bytes;
	};
	const keeper = createKeeper({ random: noting, kdf, now: () => now });
	const open = await keeper.create({ mode: 'relayed', roomName: 'Kitchen', author: ada });
	const host = await enter(keeper, open.key, open, { author: ada });
	const [guest, cyrus] = [await join(open, { author: bo }), await join(open, { author: cy })];
	// Here all the time, without a hello.
	const silent = await join(open, { author: cy });
	const wire: Bytes[] = [];
	for (const who of [host, guest, cyrus])
		wire.push(...(await greet(who, ...[host, guest, cyrus].filter((each) => each !== who))));
	let readByMembers = 0;
	for (let n = 0; n < messages; n++) {
		const from = n % 2 === 0 ? host : guest;
		const { envelope, mid } = await say(from, `message ${n}`);
		await from.keeper.settle({ key: from.key, mids: [mid] });
		wire.push(envelope);
		readByMembers += Number((await seenBy(cyrus, envelope))[0] === `message ${n}`);
		expect(await seenBy(silent, envelope)).toEqual(['HIDDEN']);
	}
	expect(readByMembers).toBe(messages);
	// Afterwards, with everything but the keys that lived in the members' memory.
	const attacker = await join(open, { author: cy });
	const opened = await seenBy(attacker, ...wire, ...wire);
	expect(opened.filter((each) => each.startsWith('message'))).toEqual([]);
	expect(opened.filter((each) => each === 'HIDDEN')).toHaveLength(2 * messages);
	const loot = { code: open.code, shard: open.shard, wire };
	expect(await readLoot(loot)).toEqual(new Set());
	// The same program, had it one of those keys.
	const secrets = drawn.filter(({ length }) => length === 32);
	expect(await readLoot({ ...loot, secrets })).toEqual(new Set(Array.from({ length: messages }, (_, n) => `message ${n}`)));
}, 120_000);

test('content under the key that everybody has is refused', async () => {
	const { envelope } = await seal(ben, { type: 'hello', joinNonce: random(16), tokenKeyHint: zeroHint });
	const asContent = envelope.map((byte, i) => (i === 1 ? 0 : byte));
	expect(await seenBy(anna, asContent)).toEqual(['FS_DOWNGRADE']);
});

test('an envelope that was changed on its way is refused and not taken for one of others', async () => {
	await meet(anna, ben);
	const { envelope } = await say(anna, 'whole');
	const last = envelope.length - 1;
	expect(
		await seenBy(
			ben,
			envelope.map((byte, i) => (i === last ? byte ^ 1 : byte))
		)
	).toEqual(['AEAD']);
});

test('nothing of what was written stays in the record of a reload', async () => {
	await meet(anna, ben);
	const { envelope, record } = await say(anna, 'said before the reload');
	expect(record.length).toBeLessThan(envelope.length);
	const again = await join(room, { author: ada, record });
	expect(again.me).toEqual(anna.me);
	await meet(again, ben);
	const [opened] = await read(ben, [(await say(again, 'and after it')).envelope]);
	expect(opened).toMatchObject({ seq: 2, sender: anna.me.sender });
});

test('both ends of a pair have the same six words, and other pairs others', async () => {
	const cyrus = await join(room, { author: cy });
	const wordsOf = async ({ keeper, key }: Inside, { me }: Inside) => (await keeper.safetyWords({ key, sender: me.sender })).words;
	expect(await wordsOf(anna, ben)).toEqual(await wordsOf(ben, anna));
	expect(await wordsOf(anna, ben)).not.toEqual(await wordsOf(anna, cyrus));
	expect((await wordsOf(anna, ben)).length).toBe(6);
});

test('two envelopes with the same words have nothing in common, slots included', async () => {
	await meet(anna, ben);
	const [one, two] = [await say(anna, 'again'), await say(anna, 'again')];
	for (let at = 4; at < one.envelope.length - 8; at += 8)
		expect(equalBytes(one.envelope.slice(at, at + 8), two.envelope.slice(at, at + 8))).toBe(false);
});
