import type { Bytes } from '#protocol/bytes';
import { concat, toHex, u16, u32, u64, u8, utf8 } from '#protocol/bytes';
import { buckets } from '#protocol/envelope';
import type { EnvelopeHeader } from '#protocol/envelope';
import type { ClientCode } from '#protocol/errors';
import { describe, expect, test } from 'vitest';
import type { Body } from './body.ts';
import { encodeBody } from './body.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { openMessage, signBody } from './message.ts';
import type { Message } from './payload.ts';
import type { Fields } from './testing.ts';
import {
	fill,
	random,
	room,
	idSeed,
	sender,
	time,
	zeros,
	resultOf,
	fields,
	content,
	control,
	open,
	payload,
	nick,
	seen,
	as,
	seal
} from './testing.ts';

describe('content', () => {
	const cases: readonly [string, Partial<Fields>, ClientCode | 'OK'][] = [
		['as it should be', {}, 'OK'],
		['with a second number and a chain', { seq: u32(2), prev: random(32) }, 'OK'],
		['with the number 0', { seq: u32(0) }, 'TYPE_KIND'],
		['with the first number and a chain', { prev: fill(32, 1) }, 'TYPE_KIND'],
		['at the last time there is', { time: u64(2 ** 53 - 1) }, 'OK'],
		['after the last time there is', { time: concat(u32(0x200000), u32(0)) }, 'TIME'],
		['in a reserved colour', { colour: u8(15) }, 'OK'],
		['in a colour that there is not', { colour: u8(16) }, 'COLOUR'],
		['without a nickname', { nick: u8(0) }, 'NICK'],
		['with a nickname of 64 bytes', { nick: nick('é'.repeat(8) + '😀'.repeat(12)) }, 'OK'],
		['with a nickname of 65 bytes', { nick: concat(u8(65), fill(65, 97)) }, 'NICK'],
		['with a nickname of 25 letters', { nick: nick('a'.repeat(25)) }, 'NICK'],
		['with a nickname that turns the line round', { nick: nick('Ada\u202e') }, 'NICK'],
		['with a nickname that is not in normal form C', { nick: nick('e\u0301') }, 'NICK'],
		['with a nickname that is not UTF-8', { nick: Uint8Array.of(2, 0xc3, 0x28) }, 'UTF8'],
		['with sixteen seen', { seen: seen(...Array.from({ length: 16 }, (_, i) => i)) }, 'OK'],
		['with seventeen seen', { seen: seen(...Array.from({ length: 17 }, (_, i) => i)) }, 'SEEN'],
		['with seen in falling order', { seen: seen(2, 1) }, 'SEEN'],
		['with somebody seen twice', { seen: seen(1, 1) }, 'SEEN'],
		['without text', { payload: payload() }, 'TEXT_LENGTH'],
		['with 200 letters', { payload: payload(utf8('x'.repeat(200))) }, 'OK'],
		['with 201 letters', { payload: payload(utf8('x'.repeat(201))) }, 'TEXT_LENGTH'],
		['with 800 bytes', { payload: payload(utf8('😀'.repeat(200))) }, 'OK'],
		['with text that is not UTF-8', { payload: payload(Uint8Array.of(0xff)) }, 'UTF8'],
		['with more payload than there is room for', { payload: concat(u16(1200), utf8('Hi')) }, 'BODY_SHORT'],
		['with markup, longer than its visible text', { flags: u8(1), payload: payload(utf8(`<b>${'x'.repeat(200)}</b>`)) }, 'OK'],
		['with markup of 801 bytes', { flags: u8(1), payload: payload(fill(801, 97)) }, 'TEXT_LENGTH'],
		['that burns after a minute', { flags: u8(2), payload: payload(u32(60), utf8('Hi')) }, 'OK'],
		['that burns after 61 seconds', { flags: u8(2), payload: payload(u32(61), utf8('Hi')) }, 'BURN'],
		['that burns and says nothing', { flags: u8(2), payload: payload(u32(60)) }, 'TEXT_LENGTH'],
		['that answers another', { flags: u8(4), payload: payload(fill(8, 1), u32(5), utf8('Hi')) }, 'OK'],
		['that burns, answers and has markup', { flags: u8(7), payload: payload(u32(10), fill(8, 1), u32(5), utf8('Hi')) }, 'OK'],
		['with half an answer', { flags: u8(4), payload: payload(fill(8, 1)) }, 'BODY_SHORT'],
		['of a type that comes later', { type: u8(99), payload: payload(fill(300, 7)) }, 'OK'],
		['with a flag that comes later', { flags: u8(8) }, 'OK'],
		['that is a file', as('file'), 'OK']
	];

	test.each(cases)('%s', async (_, changed, result) => {
		expect(await open(changed)).toBe(result);
	});

	test.each(['hello', 'bye', 'helloReply', 'ack', 'purge', 'typing', 'card', 'signal', 'call'] as const)(
		'that is a %s',
		async (type) => {
			expect(await open(as(type))).toBe('TYPE_KIND');
		}
	);

	test('with slots in a stored room', async () => {
		expect(await open({}, { header: { ...content, slots: true } })).toBe('FS_DOWNGRADE');
	});

	test('without slots in a relayed room', async () => {
		expect(await open({}, { room: { ...room, mode: 'relayed' } })).toBe('FS_DOWNGRADE');
	});

	test('in a large bucket', async () => {
		expect(await open({}, { header: { ...content, bucket: 'L' } })).toBe('ENV_LENGTH');
	});

	test('with a byte of padding that is not zero, or with a broken signature', async () => {
		const set = (at: number) => (plaintext: Bytes) => plaintext.map((byte, i) => (i === at ? byte ^ 1 : byte));
		expect(await open({}, { plaintext: set(1279) })).toBe('PADDING');
		expect(await open({}, { plaintext: set(150) })).toBe('SIGNATURE');
	});
});

describe('control', () => {
	const hello = payload(fill(32, 1), fill(16, 2), u16(0), fill(4, 0));
	const cases: readonly [string, Partial<Fields>, ClientCode | 'OK'][] = [
		['a hello', { ...as('hello'), payload: hello }, 'OK'],
		['a hello that is too short', { ...as('hello'), payload: payload(fill(53, 1)) }, 'BODY_SHORT'],
		['a hello that is too long', { ...as('hello'), payload: payload(fill(55, 1)) }, 'BODY_SHORT'],
		['a hello’s reply', { ...as('helloReply'), payload: hello }, 'OK'],
		['a bye', { ...as('bye'), payload: payload() }, 'OK'],
		['a bye with words', as('bye'), 'BODY_SHORT'],
		['an acknowledgement', { ...as('ack'), payload: payload() }, 'OK'],
		['a purge', { ...as('purge'), payload: payload() }, 'OK'],
		['typing', { ...as('typing'), payload: payload(u8(1)) }, 'OK'],
		['typing, neither yes nor no', { ...as('typing'), payload: payload(u8(2)) }, 'BODY_SHORT'],
		['a chain', { ...as('bye'), payload: payload(), prev: fill(32, 1) }, 'TYPE_KIND'],
		['the number 0', { ...as('bye'), payload: payload(), seq: u32(0) }, 'TYPE_KIND'],
		['text', {}, 'TYPE_KIND'],
		['a file', as('file'), 'TYPE_KIND'],
		['a signal under the room key', as('signal'), 'FS_DOWNGRADE'],
		['a card', { ...as('card'), seq: u32(0), payload: payload(u8(0)) }, 'OK'],
		['a card with a number', { ...as('card'), payload: payload(u8(0)) }, 'TYPE_KIND'],
		['a card with a name that hides', { ...as('card'), seq: u32(0), payload: payload(u8(3), utf8('\u200b')) }, 'NICK'],
		['a card with a name of 41 letters', { ...as('card'), seq: u32(0), payload: payload(u8(41), fill(41, 97)) }, 'NICK'],
		['a card that goes on after its name', { ...as('card'), seq: u32(0), payload: payload(u8(0), u8(0)) }, 'BODY_SHORT'],
		['a card that ends in its name', { ...as('card'), seq: u32(0), payload: payload(u8(9), utf8('Kitchen')) }, 'BODY_SHORT']
	];

	test.each(cases)('%s', async (_, changed, result) => {
		expect(await open(changed, { header: control })).toBe(result);
	});

	test('with slots that carry an empty key is not for us either', async () => {
		const salt = random(32);
		const { plaintext } = signBody(
			{ bind: room.bind, salt, kind: 'control' },
			concat(...Object.values({ ...fields, ...as('call') })),
			idSeed
		);
		const slots = { area: random(640), cek: new Uint8Array(0) };
		const envelope = await sealEnvelope(room, { header: { ...control, slots: true }, salt, plaintext, slots });
		expect(await resultOf(openMessage(room, envelope))).toBe('COMMIT');
	});

	test('with slots is not for us', async () => {
		expect(await open({}, { header: { ...control, slots: true } })).toBe('COMMIT');
	});
});

describe('a signature belongs to its place', () => {
	const body: Body = {
		type: 3,
		flags: 0,
		sender,
		seq: 1,
		prev: zeros,
		time,
		author: { nick: 'Ada', colour: 1 },
		seen: [],
		payload: new Uint8Array(0)
	};

	/** Signed for one place, sealed in another by somebody who has the room's key. */
	async function rewrap(signedFor: { bind: Bytes; salt: Bytes; kind: 'content' | 'control' }, salt: Bytes): Promise<string> {
		const { plaintext } = signBody(signedFor, encodeBody(body), idSeed);
		return resultOf(openMessage(room, await sealEnvelope(room, { header: control, salt, plaintext })));
	}

	test('and to no other envelope, room or kind', async () => {
		const salt = fill(32, 9);
		const place = { bind: room.bind, salt, kind: 'control' } as const;
		expect(await rewrap(place, salt)).toBe('OK');
		expect(await rewrap(place, fill(32, 8))).toBe('SIGNATURE');
		expect(await rewrap({ ...place, bind: fill(32, 8) }, salt)).toBe('SIGNATURE');
		expect(await rewrap({ ...place, kind: 'content' }, salt)).toBe('SIGNATURE');
	});
});

test('a type or a flag that comes later is opened and ignored', async () => {
	const salt = random(32);
	for (const changed of [{ type: u8(99) }, { flags: u8(8) }, as('file')]) {
		const { plaintext } = signBody(
			{ bind: room.bind, salt, kind: 'content' },
			concat(...Object.values({ ...fields, ...changed })),
			idSeed
		);
		const opened = await openMessage(room, await sealEnvelope(room, { header: content, salt, plaintext }));
		expect(opened.message).toEqual({ type: 'unknown' });
	}
});

test('a text that burns says so under its signature, and opens with its number', async () => {
	const message: Message = { type: 'text', text: 'Hi', burnSeconds: 3600 };
	const { envelope } = await seal(message);
	const opened = await openMessage(room, envelope);
	expect(opened.message).toEqual(message);
	expect([opened.body.flags, toHex(opened.body.payload)]).toEqual([2, '00000e104869']);
	const plain = await openMessage(room, (await seal({ type: 'text', text: 'Hi' })).envelope);
	expect([plain.body.flags, plain.message]).toEqual([0, { type: 'text', text: 'Hi' }]);
});

test('the sender keeps the receivers’ rules', async () => {
	const refused = (message: Message, rest: Partial<Body> = {}): Promise<string> => resultOf(seal(message, rest));
	const hi: Message = { type: 'text', text: 'Hi' };
	expect(await refused({ type: 'text', text: '' })).toBe('TEXT_LENGTH');
	expect(await refused({ type: 'text', text: '👩‍👩‍👧‍👦'.repeat(33) })).toBe('TEXT_LENGTH');
	expect(await refused({ type: 'text', text: 'Hi', burnSeconds: 61 as 60 })).toBe('BURN');
	expect(await refused({ type: 'card', roomName: 'a\nb' })).toBe('NICK');
	expect(await refused(hi, { author: { nick: ' \u200b', colour: 1 } })).toBe('NICK');
	expect(await refused(hi, { author: { nick: 'Ada', colour: 16 } })).toBe('COLOUR');
	expect(await refused(hi, { time: -1 })).toBe('TIME');
	expect(await refused(hi, { time: 1.5 })).toBe('TIME');
	expect(await refused(hi, { seen: [1, 1].map((seq) => ({ fp: '00'.repeat(8), seq })) })).toBe('SEEN');
});

test('a large envelope has the size of its bucket and opens', async () => {
	const plaintext = random(buckets.L);
	const envelope = await sealEnvelope(room, {
		header: { kind: 'control', bucket: 'L', slots: false },
		salt: random(32),
		plaintext
	});
	expect(envelope.length).toBe(16_468);
	expect((await openEnvelope(room, envelope)).plaintext).toEqual(plaintext);
});

test('what can’t be an envelope is never sealed', async () => {
	const sealOdd = (header: EnvelopeHeader, size: number, saltSize: number): Promise<string> =>
		resultOf(sealEnvelope(room, { header, salt: random(saltSize), plaintext: new Uint8Array(size) }));
	expect(await sealOdd(content, 1279, 32)).toMatch(/plaintext size/);
	expect(await sealOdd(content, 1280, 31)).toMatch(/salt/);
	expect(await sealOdd({ ...content, slots: true }, 1280, 32)).toMatch(/slots/);
});
