import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { periodOf } from '#protocol/tokens';
import { accountHash } from '../../../server/billing/account.ts';
import { dayIn, newAccount } from '../../../server/billing/testing.ts';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { startServer } from '../../../server/testing.ts';
import { createHttpClient } from '../api/client.ts';
import { readAccount } from '../api/plan.ts';
import { blindTokens, finalizeTokens } from '../crypto/tokens.ts';
import type { Blinded } from '../crypto/tokens.ts';
import { solveWork } from '../crypto/work.ts';
import { dropAccountCode, keepAccountCode } from '../storage/account.ts';
import { MemoryDatabase } from '../storage/memory-database.ts';
import { argon2 } from '../vault/argon2.ts';
import type { TokenBatch } from '../vault/token-worker.ts';
import { VaultError } from '../vault/vault-error.ts';
import type { Ports } from './wallet.ts';
import { TokenStore } from './wallet.ts';
import { WalletError } from './wallet-problems.ts';

let server: TestServer;
let database: TestDatabase;
let memory: MemoryDatabase;
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url, limits: { workBits: 1, workPerMinute: 1000 } });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});
beforeEach(() => (memory = new MemoryDatabase()));

/** What the worker does, on this thread. */
function batchHere(): TokenBatch {
	let blinds: readonly Blinded[] = [];
	let ended = false;
	const unlessEnded = () => {
		if (ended) throw new VaultError('CANCELLED');
	};
	return {
		async begin(batch, work) {
			const nonce = work && (await solveWork(argon2, work));
			unlessEnded();
			blinds = blindTokens(batch, random);
			return { blinded: blinds.map(({ blinded }) => blinded), ...(nonce && { nonce }) };
		},
		async finish(evaluation, key) {
			unlessEnded();
			return finalizeTokens(blinds, evaluation, key);
		},
		end: () => (ended = true)
	};
}

/** One lock for all that are made here, as tabs of a browser have it. */
let turn: Promise<unknown> = Promise.resolve();
const alone: Ports['alone'] = (run) => {
	const result = turn.then(run);
	turn = result.catch(() => undefined);
	return result;
};

function tab(changes: Partial<Ports> = {}): TokenStore {
	const client = createHttpClient({ url: `http://${server.host}/graphql` });
	const ports = { client, database: memory, startBatch: batchHere, now: Date.now, draw: () => 0, alone };
	return new TokenStore({ ...ports, ...changes });
}

/** Hands on what is asked and what is answered; `change` is told of which, and may do something or answer otherwise. */
function clientWith(change: (operation: string, answer: string) => string | Promise<string>) {
	const between: typeof fetch = async (input, init) => {
		const asked = JSON.parse(String(init?.body)) as { readonly operationName: string };
		const response = await fetch(input, init);
		return new Response(await change(asked.operationName, await response.text()), { headers: response.headers });
	};
	return createHttpClient({ url: `http://${server.host}/graphql`, fetch: between });
}

async function paidCode(): Promise<string> {
	const code = newAccount();
	await database.db.sql`insert into accounts (h, paid_until) values (${accountHash(code)}, ${dayIn(30)})`;
	return code;
}

const running = (signal = new AbortController().signal) => ({ signal, onWork: () => undefined });

async function problemOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'none',
		(error: unknown) => (error instanceof WalletError ? error.problem : String(error))
	);
}

test('a batch is made from nothing, and each token is used once', async () => {
	const store = tab();
	expect(await store.counts()).toMatchObject({ plan: 'free', size: null, left: 0 });
	const first = await store.next('free', running());
	expect(await store.counts()).toMatchObject({ size: 15, left: 15 });
	await store.used(first);
	expect(await store.counts()).toMatchObject({ size: 15, left: 14 });
	for (let left = 14; left > 0; left--) await store.used(await store.next('free', running()));
	expect(await problemOf(store.next('free', running()))).toBe('quota');
});

test('work that was spent by an answer nobody got is done once more, and no oftener', async () => {
	let spoiled = 0;
	const twice = (times: number): typeof fetch => {
		return async (input, init) => {
			const { operationName } = JSON.parse(String(init?.body)) as { readonly operationName: string };
			if (operationName === 'IssueFreeTokens' && spoiled++ < times) await fetch(input, init);
			return fetch(input, init);
		};
	};
	const url = `http://${server.host}/graphql`;
	const lucky = tab({ client: createHttpClient({ url, fetch: twice(1) }) });
	await lucky.next('free', running());
	expect([spoiled, await lucky.counts()]).toMatchObject([2, { size: 15, left: 15 }]);
	spoiled = 0;
	memory = new MemoryDatabase();
	expect(await problemOf(tab({ client: createHttpClient({ url, fetch: twice(9) }) }).next('free', running()))).toBe('busy');
	expect(spoiled).toBe(2);
});

test('tabs that begin at once get one batch between them', async () => {
	const taken = await Promise.all([1, 2, 3].map(() => tab().next('free', running())));
	expect(taken).toHaveLength(3);
	expect(await tab().counts()).toMatchObject({ size: 15, left: 15 });
});

test('a token that the server doesn’t know takes its month’s with it, and another batch is made', async () => {
	const store = tab();
	await store.refused(await store.next('free', running()));
	expect(await store.counts()).toMatchObject({ size: null, left: 0 });
	await store.next('free', running());
	expect(await store.counts()).toMatchObject({ size: 15, left: 15 });
});

test('a server that proves with another key than it names gets nothing opened: what it gave is not kept', async () => {
	const swapped: Readonly<Record<string, string>> = { '"free"': '"pro"', '"pro"': '"free"' };
	const client = clientWith((operation, answer) =>
		operation === 'Info' ? answer.replaceAll(/(?<="plan":)"\w+"/g, (name) => swapped[name] ?? name) : answer
	);
	await keepAccountCode(await paidCode(), memory);
	for (const plan of ['free', 'pro'] as const) {
		expect(await problemOf(tab({ client }).next(plan, running()))).toBe('other-key');
		expect(await tab().counts()).toMatchObject({ size: null, left: 0, spare: 0 });
	}
});

test('Pro tokens of a code that is forgotten or replaced while they are fetched are not kept', async () => {
	const doings = [() => dropAccountCode(memory), async () => keepAccountCode(await paidCode(), memory)];
	for (const doing of doings) {
		await keepAccountCode(await paidCode(), memory);
		const client = clientWith(async (operation, answer) => {
			if (operation === 'IssueProTokens') await doing();
			return answer;
		});
		expect(await tab({ client }).tend(running())).toBeNull();
		expect(await tab().counts()).toMatchObject({ spare: 0 });
	}
	await tab().tend(running());
	expect(await tab().counts()).toMatchObject({ plan: 'pro', spare: 30 });
});

test('a code that has had its hour on other devices is told apart from an address that asks too often', async () => {
	const code = await paidCode();
	for (let batch = 0; batch < 2; batch++) {
		const elsewhere = new MemoryDatabase();
		await keepAccountCode(code, elsewhere);
		await tab({ database: elsewhere }).next('pro', running());
	}
	await keepAccountCode(code, memory);
	expect(await problemOf(tab().next('pro', running()))).toBe('pro-hour');
	const strict = await startServer({ databaseUrl: database.url, limits: { accountPerMinute: 1 } });
	const client = createHttpClient({ url: `http://${strict.host}/graphql` });
	await readAccount(client, newAccount()).catch(() => undefined);
	expect(await problemOf(tab({ client }).next('pro', running()))).toBe('too-fast');
	await strict.stop();
});

test('a server of another month than this device’s is not asked for tokens', async () => {
	const monthsAway = () => Date.now() + 100 * 86_400_000;
	expect(await problemOf(tab({ now: monthsAway }).next('free', running()))).toBe('clock');
	const almostThere = () => Date.UTC(Math.floor(periodOf(Date.now()) / 12), periodOf(Date.now()) % 12) - 3_600_000;
	expect(await problemOf(tab({ now: almostThere }).next('free', running()))).toBe('none');
});

test('what is stopped leaves nothing, and nobody who answers is another failure than being refused', async () => {
	const stop = new AbortController();
	const waiting = problemOf(tab().next('free', running(stop.signal)));
	stop.abort();
	expect(await waiting).toBe('cancelled');
	const away = createHttpClient({ url: 'http://127.0.0.1:1/graphql' });
	expect(await problemOf(tab({ client: away }).next('free', running()))).toBe('server-away');
	expect(await tab().counts()).toMatchObject({ size: null, left: 0 });
});

test('a code that nothing is paid for gives no Pro tokens, and Free goes on', async () => {
	await keepAccountCode('161JY3ST9TTM3KCM', memory);
	const store = tab();
	expect(await store.tend(running())).toBeNull();
	expect(await store.counts()).toMatchObject({ plan: 'free', hasCode: true, spare: 0 });
	expect(await problemOf(store.next('pro', running()))).toBe('account');
	expect(await problemOf(store.next('free', running()))).toBe('none');
});
