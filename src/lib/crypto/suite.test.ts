import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { gcm } from '@noble/ciphers/aes.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { createHash, createPublicKey, verify as nodeVerify } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProtocolError } from '#protocol/errors';
import { exchange, gcmOpen, gcmSeal, hash, hkdf, hkdfAtOnce, makeExchangeKey, publicKeyOf, sign, verify, wipe } from './suite.ts';

const bytes = (size: { minLength?: number; maxLength?: number }): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
	fc.uint8Array(size).map((array) => new Uint8Array(array));
const exactly = (size: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> => bytes({ minLength: size, maxLength: size });

describe('two implementations agree', () => {
	test('on HKDF, with empty salts and long outputs too', async () => {
		const size = fc.integer({ min: 1, max: 200 });
		await fc.assert(
			fc.asyncProperty(
				bytes({ maxLength: 80 }),
				bytes({ maxLength: 80 }),
				bytes({ maxLength: 80 }),
				size,
				async (ikm, salt, info, n) => {
					expect(toHex(await hkdf(ikm, salt, info, n))).toBe(toHex(hkdfAtOnce(ikm, salt, info, n)));
				}
			)
		);
	});

	test('on AES-256-GCM, both ways', async () => {
		await fc.assert(
			fc.asyncProperty(
				exactly(32),
				exactly(12),
				bytes({ maxLength: 100 }),
				bytes({ maxLength: 2000 }),
				async (key, iv, aad, plain) => {
					const sealed = await gcmSeal({ key, iv, aad }, plain);
					expect(toHex(sealed)).toBe(toHex(gcm(key, iv, aad).encrypt(plain)));
					expect(await gcmOpen({ key, iv, aad }, sealed)).toEqual(plain);
				}
			),
			{ numRuns: 40 }
		);
	});

	test('on SHA-256 of concatenated parts', () => {
		fc.assert(
			fc.property(bytes({ maxLength: 200 }), bytes({ maxLength: 200 }), (a, b) => {
				expect(toHex(hash(a, b))).toBe(createHash('sha256').update(a).update(b).digest('hex'));
			})
		);
	});

	test('on Ed25519 however often a key was seen, and for more keys than are kept', () => {
		const people = Array.from({ length: 30 }, (_, n) => new Uint8Array(32).fill(n + 100)).map((seed) => ({
			seed,
			publicKey: publicKeyOf(seed)
		}));
		const person = fc.constantFrom(...people);
		const flip = fc.option(fc.integer({ min: 0, max: 511 }), { freq: 3 });
		fc.assert(
			fc.property(person, person, bytes({ maxLength: 80 }), flip, ({ seed, publicKey }, claimed, message, bit) => {
				const signature = sign(message, seed).map((byte, i) => (bit !== null && i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
				for (const key of [publicKey, claimed.publicKey]) {
					expect(verify(signature, message, key)).toBe(ed25519.verify(signature, message, key, { zip215: false }));
				}
			}),
			{ numRuns: 300 }
		);
	});

	test('on Ed25519 with the server’s', () => {
		fc.assert(
			fc.property(exactly(32), bytes({ maxLength: 200 }), (seed, message) => {
				const key = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKeyOf(seed)).toString('base64url') };
				expect(nodeVerify(null, message, createPublicKey({ key, format: 'jwk' }), sign(message, seed))).toBe(true);
			}),
			{ numRuns: 30 }
		);
	});
});

test('RFC 5869 test case 1', async () => {
	const ikm = fromHex('0b'.repeat(22));
	const okm = await hkdf(ikm, fromHex('000102030405060708090a0b0c'), fromHex('f0f1f2f3f4f5f6f7f8f9'), 42);
	expect(toHex(okm)).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
});

test('RFC 8032 test 2', () => {
	const seed = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
	expect(toHex(publicKeyOf(seed))).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
	expect(toHex(sign(fromHex('72'), seed)).startsWith('92a009a9f0d4cab8720e820b5f642540')).toBe(true);
});

test('AES-GCM refuses a flipped bit anywhere, also in what is only authenticated', async () => {
	const input = { key: new Uint8Array(32).fill(1), iv: new Uint8Array(12).fill(2), aad: utf8('header') };
	const sealed = await gcmSeal(input, utf8('secret words'));
	for (let i = 0; i < sealed.length; i++) {
		expect(
			await gcmOpen(
				input,
				sealed.map((byte, at) => (at === i ? byte ^ 0x80 : byte))
			)
		).toBeNull();
	}
	expect(await gcmOpen({ ...input, aad: utf8('Header') }, sealed)).toBeNull();
	expect(await gcmOpen(input, sealed.slice(0, 15))).toBeNull();
});

describe.each([
	['new', 0],
	['known', 8]
])('a signature of a key that is %s is refused', (_, times) => {
	const seed = new Uint8Array(32).fill(9);
	const [publicKey, message] = [publicKeyOf(seed), utf8('a message')];
	const signature = sign(message, seed);
	const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];

	/** Little-endian, as Ed25519 writes its numbers. */
	const number = (value: bigint): Uint8Array<ArrayBuffer> => fromHex(value.toString(16).padStart(64, '0')).reverse();
	const value = (from: Uint8Array): bigint => BigInt(`0x${toHex(Uint8Array.from(from).reverse())}`);
	const order = ed25519.Point.Fn.ORDER;
	const field = ed25519.Point.Fp.ORDER;

	beforeAll(() => {
		for (let n = 0; n < times; n++) verify(signature, message, publicKey);
	});

	test('but for the right one', () => {
		expect(verify(signature, message, publicKey)).toBe(true);
	});

	test('for another message, another key, or any flipped bit', () => {
		expect(verify(signature, utf8('a massage'), publicKey)).toBe(false);
		expect(verify(signature, message, publicKeyOf(new Uint8Array(32).fill(8)))).toBe(false);
		for (let bit = 0; bit < 512; bit += 7) {
			expect(
				verify(
					signature.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
					message,
					publicKey
				)
			).toBe(false);
		}
	});

	test('with S and the group order added: the second encoding of the same number', () => {
		expect(verify(concat(r, number(value(s) + order)), message, publicKey)).toBe(false);
	});

	test('with S = 0, S = order, S = all ones', () => {
		for (const other of [number(0n), number(order), new Uint8Array(32).fill(255)]) {
			expect(verify(concat(r, other), message, publicKey)).toBe(false);
		}
	});

	const smallOrder = [
		'0100000000000000000000000000000000000000000000000000000000000000',
		'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
		'0000000000000000000000000000000000000000000000000000000000000000',
		'0000000000000000000000000000000000000000000000000000000000000080',
		'26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
		'26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
		'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
		'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'
	];

	test.each(smallOrder)('under the key of small order %s, where S = 0 would fit every message', (key) => {
		for (const nonce of smallOrder) expect(verify(concat(fromHex(nonce), number(0n)), message, fromHex(key))).toBe(false);
	});

	test('under a key that is not a canonical encoding of a point', () => {
		const nonCanonical = [field, field + 1n, (1n << 255n) - 1n].map(number);
		for (const key of nonCanonical) expect(verify(concat(number(1n), number(0n)), message, key)).toBe(false);
	});

	test('under a key that is no point, and with R that is none', () => {
		const noPoint = number(2n);
		expect(() => ed25519.Point.fromBytes(noPoint)).toThrow();
		expect(verify(signature, message, noPoint)).toBe(false);
		expect(verify(concat(noPoint, s), message, publicKey)).toBe(false);
	});

	test('with R moved by a point of small order', () => {
		const torsion = ed25519.Point.fromBytes(fromHex(smallOrder[4] ?? ''));
		const moved = ed25519.Point.fromBytes(r).add(torsion).toBytes();
		expect(verify(concat(moved, s), message, publicKey)).toBe(false);
	});

	test('of another length', () => {
		for (const size of [0, 63, 65]) expect(verify(new Uint8Array(size), message, publicKey)).toBe(false);
		expect(verify(signature, message, publicKey.subarray(0, 31))).toBe(false);
	});

	test('whatever the bytes are, without an exception', () => {
		fc.assert(
			fc.property(exactly(64), exactly(32), (any, key) => !verify(any, message, key)),
			{ numRuns: 50 }
		);
	});
});

test('wiping leaves nothing', () => {
	const secret = new Uint8Array(8).fill(1);
	wipe(secret);
	expect([...secret].every((byte) => byte === 0)).toBe(true);
});

test('an exchange with a key of small order is refused', () => {
	const { secret } = makeExchangeKey((size) => crypto.getRandomValues(new Uint8Array(size)));
	expect(() => exchange(secret, new Uint8Array(32))).toThrow(new ProtocolError('X25519'));
});
