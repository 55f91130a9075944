/** Tokens that are not what they should be: each has its code, and nothing comes of it. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concat } from '#protocol/bytes';
import { endOfPeriod, periodOf, tokenGraceMs } from '#protocol/tokens';
import { createRoom } from '../rooms/create.ts';
import type { TokenClaim } from '../rooms/create.ts';
import type { House } from '../rooms/testing.ts';
import { draftRoom, openHouse } from '../rooms/testing.ts';
import { createTokenKeys } from './keys.ts';
import { testToken } from './testing.ts';

const thisMonth = periodOf(Date.now());
const hour = 3_600;
let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

async function made() {
	const { db, keyring } = house.ports;
	const [counts] = await db.sql`
		select (select count(*)::int from rooms) as rooms, (select count(*)::int from nullifiers) as nullifiers`;
	let slots = 0;
	for await (const each of keyring.live() ?? []) slots += each.length;
	return { ...counts, slots };
}

/** `at`: what this process's clock says, in unix ms. */
function openWith(token: TokenClaim | null, { lifetime = null as number | null, at = Date.now() } = {}) {
	return createRoom({ ...house.ports, now: () => at }, draftRoom({ token, lifetime }).request);
}

const withBit = (bytes: Uint8Array, index: number) => bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));

test.each<[string, () => TokenClaim | null]>([
	['none', () => null],
	['a forged one', () => ({ ...testToken(), output: randomBytes(64) })],
	['one of zeros', () => ({ ...testToken(), nonce: new Uint8Array(32), output: new Uint8Array(64) })],
	['one with a bit of its output changed', () => changed((token) => ({ output: withBit(token.output, 63) }))],
	['one with a bit of its nonce changed', () => changed((token) => ({ nonce: withBit(token.nonce, 0) }))],
	['one with a short output', () => changed((token) => ({ output: token.output.subarray(1) }))],
	['one with a long output', () => changed((token) => ({ output: concat(token.output, Uint8Array.of(0)) }))],
	['one with a short nonce', () => changed((token) => ({ nonce: token.nonce.subarray(1) }))],
	['one without bytes', () => changed(() => ({ nonce: new Uint8Array(), output: new Uint8Array() }))],
	['a Free one that says it is Pro', () => changed(() => ({ type: 1 }))],
	['a Pro one that says it is Free', () => ({ ...testToken({ plan: 'pro' }), type: 0 })],
	['one of a type that is not there', () => changed(() => ({ type: 2 }))],
	['one of type −1', () => changed(() => ({ type: -1 }))],
	['last month’s that says it is this month’s', () => ({ ...testToken({ period: thisMonth - 1 }), period: thisMonth })],
	['next month’s', () => testToken({ period: thisMonth + 1 })],
	['one of a year ago', () => testToken({ period: thisMonth - 12 })],
	['one of another server', () => testToken({ keys: createTokenKeys(new Uint8Array(32).fill(8)) })]
])('%s is TOKEN_INVALID and makes nothing', async (_, token) => {
	const before = await made();
	const claim = token();
	// What it says that it is would be allowed.
	const lifetime = claim?.type === 1 ? hour : null;
	await expect(openWith(claim, { lifetime })).rejects.toThrow('TOKEN_INVALID');
	expect(await made()).toEqual(before);
});

function changed(change: (token: TokenClaim) => Partial<TokenClaim>): TokenClaim {
	const token = testToken();
	return { ...token, ...change(token) };
}

test('one that was used is TOKEN_SPENT and makes nothing, as often as it is tried', async () => {
	const token = testToken();
	await openWith(token);
	const before = await made();
	const tries = Array.from({ length: 20 }, () => openWith(token).catch(String));
	expect(new Set(await Promise.all(tries))).toEqual(new Set(['Refusal: TOKEN_SPENT']));
	expect(await made()).toEqual(before);
});

test('a token is good to the last moment of the day after its month, and not a moment longer', async () => {
	const end = endOfPeriod(thisMonth) + tokenGraceMs;
	await openWith(testToken(), { at: end - 1 });
	const before = await made();
	await expect(openWith(testToken(), { at: end })).rejects.toThrow('TOKEN_INVALID');
	expect(await made()).toEqual(before);
});

test('a token is not good before its month begins', async () => {
	const begin = endOfPeriod(thisMonth - 1);
	await expect(openWith(testToken(), { at: begin - 1 })).rejects.toThrow('TOKEN_INVALID');
	await openWith(testToken(), { at: begin });
});

test('a room that is refused for its form has not cost its token', async () => {
	const token = testToken();
	const before = await made();
	await expect(openWith(token, { lifetime: hour })).rejects.toThrow('BAD_INPUT');
	expect(await made()).toEqual(before);
	await openWith(token);
});

test('what was redeemed and what was refused is counted', async () => {
	const { metrics } = house.ports;
	const count = (name: string) => Number(new RegExp(`^sotto_${name} (\\d+)$`, 'm').exec(metrics.text())?.[1] ?? 0);
	const [redeemed, refused] = [count('tokens_redeemed_total'), count('tokens_refused_total')];
	const token = testToken();
	await openWith(token);
	await expect(openWith(token)).rejects.toThrow('TOKEN_SPENT');
	await expect(openWith(null)).rejects.toThrow('TOKEN_INVALID');
	expect([count('tokens_redeemed_total'), count('tokens_refused_total')]).toEqual([redeemed + 1, refused + 2]);
});
