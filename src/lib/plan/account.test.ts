import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accountHash } from '../../../server/billing/account.ts';
import { dayIn, newAccount, newVouchers } from '../../../server/billing/testing.ts';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { startServer } from '../../../server/testing.ts';
import { createHttpClient } from '../api/client.ts';
import { makeAccount } from '../crypto/account.ts';
import { dropAccountCode, keepAccountCode, readAccountCode } from '../storage/account.ts';
import { DeviceDatabase } from '../storage/database.ts';
import { MemoryDatabase } from '../storage/memory-database.ts';
import { ProAccount } from './account.svelte.ts';
import type { AccountPorts } from './account.svelte.ts';
import { toPlanProblem } from './problems.ts';

let server: TestServer;
let database: TestDatabase;
/** What the tabs of one browser share. */
let shared: MemoryDatabase & { readonly forgetful: boolean };

beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});
beforeEach(() => (shared = Object.assign(new MemoryDatabase(), { forgetful: false })));

/** What the worker answers. */
const vault = {
	call: () => Promise.resolve({ code: makeAccount((size) => new Uint8Array(randomBytes(size))) })
} as unknown as AccountPorts['vault'];

/** `lose`: of these operations no answer comes, though they happen. */
function tab({ lose = [], ...changes }: Partial<AccountPorts> & { lose?: readonly string[] } = {}): ProAccount {
	const lossy: typeof fetch = async (input, init) => {
		const { operationName } = JSON.parse(String(init?.body)) as { readonly operationName: string };
		const response = await fetch(input, init);
		if (lose.includes(operationName)) throw new TypeError('the answer was lost');
		return response;
	};
	const http = createHttpClient({ url: `http://${server.host}/graphql`, fetch: lossy });
	return new ProAccount({ vault, http, database: shared, pause: () => Promise.resolve(), ...changes });
}

async function voucher(days: number): Promise<string> {
	const [code = ''] = await newVouchers(database.db, 1, days);
	return code.replaceAll('-', '');
}

async function paidCode(days: number): Promise<string> {
	const code = newAccount();
	await database.db.sql`insert into accounts (h, paid_until) values (${accountHash(code)}, ${dayIn(days)})`;
	return code;
}

async function problemOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'none',
		(error: unknown) => toPlanProblem(error)
	);
}

test('two tabs that redeem a voucher each end up with the days of both under one code', async () => {
	const [one, other] = [tab(), tab()];
	await Promise.all([one.load(), other.load()]);
	await one.redeem(await voucher(10));
	expect((await other.redeem(await voucher(20))).paidUntil).toBe(dayIn(30));
	expect(other.code).toBe(one.code);
	expect(await readAccountCode(shared)).toBe(one.code);
});

test('two tabs that make a code at once show the same one', async () => {
	const made = await Promise.all([tab().make(), tab().make()]);
	expect(new Set(made)).toEqual(new Set([await readAccountCode(shared)]));
});

test('a tab that is looked at again shows what another has done to the code', async () => {
	const account = tab();
	await account.load();
	const paid = await paidCode(10);
	await keepAccountCode(paid, shared);
	await account.look();
	expect([account.code, account.paid?.paidUntil]).toEqual([paid, dayIn(10)]);
	await dropAccountCode(shared);
	await account.look();
	expect([account.code, account.paid]).toEqual([null, null]);
});

test('a page whose browser keeps nothing says so, and holds on to the code that it shows', async () => {
	const blocked = new DeviceDatabase(() => {
		throw new DOMException('blocked', 'SecurityError');
	});
	const account = tab({ database: blocked });
	await account.load();
	expect([account.code, account.forgetful]).toEqual([null, true]);
	const code = await account.make();
	blocked.abandon();
	await account.redeem(await voucher(10));
	expect([account.code, account.paid?.paidUntil]).toEqual([code, dayIn(10)]);
});

test('a used voucher is one, though days were paid for elsewhere since this page was opened', async () => {
	await keepAccountCode(await paidCode(10), shared);
	const lose: string[] = [];
	// What was paid for meanwhile is seen only when the voucher was refused.
	const account = tab({ lose, pause: async () => void lose.pop() });
	await account.load();
	await account.refresh();
	const used = await voucher(5);
	await tab().redeem(used);
	lose.push('Account');
	expect(await problemOf(account.redeem(used))).toBe('voucher-used');
	expect(account.paid?.paidUntil).toBe(dayIn(15));
});

test('a voucher whose answer was lost is done when it is pressed again, and used after that', async () => {
	const lose = ['RedeemVoucher', 'Account'];
	const account = tab({ lose });
	const code = await account.make();
	const lost = await voucher(10);
	expect(await problemOf(account.redeem(lost))).toBe('server-away');
	lose.length = 0;
	expect((await account.redeem(lost)).paidUntil).toBe(dayIn(10));
	expect(await problemOf(account.redeem(lost))).toBe('voucher-used');
	expect(account.code).toBe(code);
});

test('what was never answered makes no other voucher, and none of another code, a done one', async () => {
	const lose = ['RedeemVoucher', 'Account'];
	const account = tab({ lose });
	await account.make();
	expect(await problemOf(account.redeem(await voucher(10)))).toBe('server-away');
	lose.length = 0;
	const used = await voucher(5);
	await tab({ database: Object.assign(new MemoryDatabase(), { forgetful: false }) }).redeem(used);
	expect(await problemOf(account.redeem(used))).toBe('voucher-used');
});

test('who may have paid isn’t asked to pay: not before it is known, nor while a payment is on its way', async () => {
	const account = tab();
	expect(account.payable).toBe(true);
	await keepAccountCode(newAccount(), shared);
	await account.load();
	expect(account.payable).toBe(false);
	await account.refresh();
	expect(account.payable).toBe(true);
	const looked: boolean[] = [];
	const waiting = tab({ pause: async () => void looked.push(waiting.payable) });
	await waiting.load();
	await waiting.awaitPayment();
	expect([new Set(looked), waiting.arrival, waiting.payable]).toEqual([new Set([false]), 'late', false]);
	const unread = tab({ lose: ['Account'] });
	await unread.load();
	await unread.refresh();
	expect([unread.standing.kind, unread.payable]).toEqual(['unread', false]);
	await keepAccountCode(await paidCode(10), shared);
	await account.look();
	expect([account.paid?.subscription, account.payable]).toEqual([undefined, true]);
});
