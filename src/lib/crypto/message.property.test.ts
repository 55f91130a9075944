import { u8 } from '#protocol/bytes';
import { clientCodes } from '#protocol/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sealEnvelope } from './envelope.ts';
import { openMessage } from './message.ts';
import type { Message } from './payload.ts';
import { random, room, resultOf, control, open, payload, seal, x25519Pub } from './testing.ts';

const author = fc.record({ nick: fc.stringMatching(/^[a-z]{1,24}$/), colour: fc.integer({ min: 0, max: 15 }) });
const messages: fc.Arbitrary<Message> = fc.oneof(
	fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((text): Message => ({ type: 'text', text })),
	fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes): Message => ({
		type: 'hello',
		joinNonce: new Uint8Array(bytes.subarray(0, 16)),
		tokenKeyHint: new Uint8Array(bytes.subarray(16))
	})),
	fc.constantFrom<Message>(
		{ type: 'bye' },
		{ type: 'ack' },
		{ type: 'purge' },
		{ type: 'typing', started: true },
		{ type: 'typing', started: false }
	),
	fc.stringMatching(/^[a-z]{0,40}$/).map((roomName): Message => ({ type: 'card', roomName }))
);
const seenLists = fc
	.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 ** 48 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })), {
		maxLength: 16,
		selector: ([fp]) => fp
	})
	.map((list) => list.map(([fp, seq]) => ({ fp: fp.toString(16).padStart(16, '0'), seq })));

describe('for any message', () => {
	test('opening undoes sealing, with the seen list in order', async () => {
		await fc.assert(
			fc.asyncProperty(messages, author, seenLists, fc.integer({ min: 0, max: 2 ** 48 }), async (message, who, list, when) => {
				const { envelope, chain } = await seal(message, { author: who, seen: list, time: when });
				const opened = await openMessage(room, envelope);
				expect(opened.message).toEqual('joinNonce' in message ? { ...message, x25519Pub } : message);
				expect(opened.chain).toEqual(chain);
				expect(opened.body).toMatchObject({ author: who, time: when, seen: list.toSorted((a, b) => (a.fp < b.fp ? -1 : 1)) });
			}),
			{ numRuns: 40 }
		);
	});

	test('any flipped bit is refused with a code', async () => {
		const { envelope } = await seal({ type: 'text', text: 'Hello' });
		await fc.assert(
			fc.asyncProperty(fc.nat(envelope.length - 1), fc.nat(7), async (at, bit) => {
				const result = await resultOf(
					openMessage(
						room,
						envelope.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte))
					)
				);
				expect(clientCodes).toContain(result);
			}),
			{ numRuns: 300 }
		);
	});

	test('any bytes at all are refused with a code, sealed or not', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 1400 }), async (bytes) => {
				expect(clientCodes).toContain(await resultOf(openMessage(room, new Uint8Array(bytes))));
				const plaintext = new Uint8Array(1280);
				plaintext.set(bytes.subarray(0, 1280));
				const envelope = await sealEnvelope(room, { header: control, salt: random(32), plaintext });
				expect(clientCodes).toContain(await resultOf(openMessage(room, envelope)));
			}),
			{ numRuns: 60 }
		);
	});

	test('any bytes of a payload, properly signed, are understood or refused with a code', async () => {
		const known = [...clientCodes, 'OK'];
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 0, max: 12 }),
				fc.nat(255),
				fc.uint8Array({ maxLength: 400 }),
				async (type, flags, bytes) => {
					const changed = { type: u8(type), flags: u8(flags), payload: payload(bytes) };
					expect(known).toContain(await open(changed));
					expect(known).toContain(await open(changed, { header: control }));
				}
			),
			{ numRuns: 60 }
		);
	});
});
