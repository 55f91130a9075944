/** When Pro tokens are fetched, and what is remembered of a code: docs/PROTOCOL.md §16.2. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { periodOf } from '#protocol/tokens';
import { accountHash } from '../../../server/billing/account.ts';
import { dayIn, newAccount } from '../../../server/billing/testing.ts';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { startServer } from '../../../server/testing.ts';
import { createHttpClient } from '../api/client.ts';
import { blindTokens, finalizeTokens } from '../crypto/tokens.ts';
import type { Blinded } from '../crypto/tokens.ts';
import { dropAccountCode, keepAccountCode } from '../storage/account.ts';
import { MemoryDatabase } from '../storage/memory-database.ts';
import type { TokenBatch } from '../vault/token-worker.ts';
import { TokenStore } from './wallet.ts';
import { WalletError } from './wallet-problems.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let database: TestDatabase;
let server: TestServer;
let memory: MemoryDatabase;
let clock: number;
/** What is drawn, from 0 to 1. */
let drawn: number;
let away: boolean;

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});
beforeEach(() => {
	memory = new MemoryDatabase();
	// The hours of each test lie in one month, the server's.
	clock = periodOf(Date.now() + day) === periodOf(Date.now()) ? Date.now() : Date.now() - day;
	[drawn, away] = [0.5, false];
});

function batchHere(): TokenBatch {
	let blinds: readonly Blinded[] = [];
	return {
		async begin(batch) {
			blinds = blindTokens(batch, (size) => crypto.getRandomValues(new Uint8Array(size)));
			return { blinded: blinds.map(({ blinded }) => blinded) };
		},
		finish: async (evaluation, key) => finalizeTokens(blinds, evaluation, key),
		end: () => undefined
	};
}

/** A page that is opened now. */
function visit(): TokenStore {
	const client = createHttpClient({
		url: `http://${server.host}/graphql`,
		fetch: (input, init) => (away ? Promise.reject(new TypeError('away')) : fetch(input, init))
	});
	const draw = (below: number) => Math.floor(drawn * below);
	return new TokenStore({ client, database: memory, startBatch: batchHere, now: () => clock, draw, alone: (run) => run() });
}

const running = { signal: new AbortController().signal, onWork: () => undefined };
const tend = () => visit().tend(running);
const spare = async () => (await visit().counts()).spare;
const plan = async () => (await visit().counts()).plan;

async function pay(code: string): Promise<void> {
	await database.db.sql`insert into accounts (h, paid_until) values (${accountHash(code)}, ${dayIn(30)})`;
}

async function useAllBut(left: number): Promise<void> {
	const store = visit();
	while ((await spare()) > left) await store.used(await store.next('pro', running));
}

async function buyPro(): Promise<void> {
	const code = newAccount();
	await pay(code);
	await keepAccountCode(code, memory);
}

test('without any they are fetched at once; when few are left, at a moment that is drawn once', async () => {
	await buyPro();
	expect([await tend(), await spare()]).toEqual([null, 30]);
	await useAllBut(10);
	expect([await tend(), await spare()]).toEqual([null, 10]);
	await useAllBut(9);
	drawn = 0;
	expect([await tend(), await spare()]).toEqual([10 * minute, 9]);
	// That one is missed.
	clock += hour;
	drawn = 0.999999;
	const latest = (await tend()) ?? 0;
	expect(latest).toBeGreaterThan(5 * hour);
	expect(latest).toBeLessThanOrEqual(6 * hour);
	expect(await spare()).toBe(9);
});

test('the moment stays through visits before it, and a page that waits for it fetches then', async () => {
	await buyPro();
	await tend();
	await useAllBut(9);
	const waitMs = (await tend()) ?? 0;
	clock += waitMs - minute;
	drawn = 0;
	expect([await tend(), await spare()]).toEqual([minute, 9]);
	clock += minute;
	expect([await tend(), await spare()]).toEqual([null, 39]);
});

test('a moment that was missed while the app was closed is drawn anew', async () => {
	await buyPro();
	await tend();
	await useAllBut(9);
	await tend();
	clock += 7 * hour;
	drawn = 0;
	expect([await tend(), await spare()]).toEqual([10 * minute, 9]);
	clock += 10 * minute;
	expect([await tend(), await spare()]).toEqual([null, 39]);
});

test('when the last one is used before the moment has come, they are fetched at once', async () => {
	await buyPro();
	await tend();
	await useAllBut(9);
	expect(await tend()).not.toBeNull();
	await useAllBut(0);
	expect([await tend(), await spare()]).toEqual([null, 30]);
});

test('a fetch that fails is tried again later, and not by the next visit', async () => {
	await buyPro();
	await tend();
	await useAllBut(9);
	clock += (await tend()) ?? 0;
	away = true;
	expect(await tend()).toBe(15 * minute);
	away = false;
	clock += minute;
	expect([await tend(), await spare()]).toEqual([14 * minute, 9]);
	clock += 14 * minute;
	expect([await tend(), await spare()]).toEqual([null, 39]);
});

test('who has a code is Pro until the server says no to it, and stays Free then until it says otherwise', async () => {
	expect(await plan()).toBe('free');
	const code = newAccount();
	await keepAccountCode(code, memory);
	away = true;
	await tend();
	expect(await plan()).toBe('pro');
	away = false;
	await tend();
	expect(await plan()).toBe('free');
	away = true;
	await tend();
	expect(await plan()).toBe('free');
	away = false;
	await pay(code);
	await tend();
	await useAllBut(0);
	expect(await plan()).toBe('pro');
});

test('a no to one code is not one to the next', async () => {
	await keepAccountCode(newAccount(), memory);
	const refused: unknown = await visit()
		.next('pro', running)
		.catch((error: unknown) => error);
	expect(refused instanceof WalletError && refused.problem).toBe('account');
	expect(await plan()).toBe('free');
	await dropAccountCode(memory);
	expect(await plan()).toBe('free');
	await keepAccountCode(newAccount(), memory);
	expect(await plan()).toBe('pro');
});
