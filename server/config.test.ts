import { expect, test } from 'vitest';
import { defaultLimits } from '#protocol/limits';
import { readConfig } from './config.ts';

test('an empty environment gives the defaults', () => {
	expect(readConfig({})).toMatchObject({ port: 3000, origin: 'http://localhost:3000', limits: defaultLimits });
});

test('a count is a whole number of at least 1 that Postgres and a timer can hold', () => {
	expect(readConfig({ LIMIT_HISTORY_ROWS: '20' }).limits.historyRows).toBe(20);
	for (const wrong of ['0', '0.5', '10.5', '-1', '1e3', '2147483648', 'ten']) {
		expect(() => readConfig({ LIMIT_HISTORY_ROWS: wrong }), wrong).toThrow('LIMIT_HISTORY_ROWS');
		expect(() => readConfig({ DATABASE_CONNECTIONS: wrong }), wrong).toThrow('DATABASE_CONNECTIONS');
	}
});

test('a difficulty is one that a page can reach', () => {
	expect(readConfig({ LIMIT_WORK_BITS: '16' }).limits.workBits).toBe(16);
	for (const wrong of ['0', '17', '256', '1.5', 'x']) {
		expect(() => readConfig({ LIMIT_WORK_BITS: wrong }), wrong).toThrow('LIMIT_WORK_BITS: expected a whole number from 1 to 16');
	}
});

test('rates and multiples may have a fraction, and are above 0', () => {
	const { limits } = readConfig({ LIMIT_CONTENT_PER_ROOM_PER_SECOND: '0.5', LIMIT_SOCKETS_PER_PLACE: '1.25' });
	expect([limits.contentPerRoom.perSecond, limits.socketsPerPlace]).toEqual([0.5, 1.25]);
	for (const wrong of ['0', '0.0', '-1', 'x']) {
		expect(() => readConfig({ LIMIT_CONTENT_PER_ROOM_PER_SECOND: wrong }), wrong).toThrow('PER_SECOND');
		expect(() => readConfig({ LIMIT_CONTENT_PER_ROOM_BURST: wrong }), wrong).toThrow('BURST');
	}
});

test('every fault is named at once, and nothing of what stood there', () => {
	const read = () => readConfig({ PORT: 'secret', ORIGIN: 'secret', LIMIT_FRAME_BYTES: 'secret', DATABASE_URL: 'secret' });
	expect(read).toThrow(/PORT[^]*DATABASE_URL[^]*ORIGIN[^]*LIMIT_FRAME_BYTES/);
	expect(read).not.toThrow('secret');
});

test('that the keyring is lost is said in the one word that names what it costs', () => {
	expect([readConfig({}).keyringLost, readConfig({ KEYRING_LOST: 'end-all-rooms' }).keyringLost]).toEqual([false, true]);
	for (const wrong of ['1', 'true', 'yes'])
		expect(() => readConfig({ KEYRING_LOST: wrong }), wrong).toThrow('expected end-all-rooms');
});

test('payments need all three of Stripe’s keys, each of its form, and none is said aloud', () => {
	const keys = { STRIPE_SECRET_KEY: 'sk_test_a', STRIPE_WEBHOOK_SECRET: 'whsec_b', STRIPE_PRICE_ID: 'price_c' };
	const read = { secretKey: 'sk_test_a', webhookSecret: 'whsec_b', priceId: 'price_c' };
	expect(readConfig({}).stripe).toBeUndefined();
	expect(readConfig(keys).stripe).toEqual(read);
	expect(readConfig({ ...keys, STRIPE_API: 'http://127.0.0.1:12111' }).stripe).toEqual({
		...read,
		api: 'http://127.0.0.1:12111'
	});
	for (const name of Object.keys(keys)) {
		expect(() => readConfig({ ...keys, [name]: '' }), name).toThrow('expected all three');
		expect(() => readConfig({ ...keys, [name]: 'other' }), name).toThrow(name);
		expect(() => readConfig({ ...keys, [name]: 'other' }), name).not.toThrow(/other|sk_test_a|whsec_b/);
	}
	expect(() => readConfig({ STRIPE_API: 'http://127.0.0.1:12111' })).toThrow('no STRIPE_API');
});
