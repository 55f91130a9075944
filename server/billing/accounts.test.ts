/** Accounts, their tokens and vouchers, over HTTP and real Postgres. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { periodOf } from '#protocol/tokens';
import { openDatabase } from '../db/client.ts';
import { deleteOverAccounts, forgetHours } from './lapse.ts';
import { accountHash } from './account.ts';
import { findAccount, redeem, takeTokens, voucherHash } from './rows.ts';
import { applyStanding } from './subscriptions.ts';
import { askTokens, blindedTokens, dayIn, newAccount, newVouchers, outcome, readAt } from './testing.ts';
import { codeIn, postBody, postOperation, persisted } from '../testing-people.ts';
import { documents } from '../testing-documents.ts';
import { useServer } from '../testing-suite.ts';
import { foldCode } from '#protocol/codes';

const suite = useServer();

async function paidAccount(days = 30): Promise<string> {
	const account = newAccount();
	const { sql } = suite.server.services.db;
	await sql`insert into accounts (h, paid_until) values (${accountHash(account)}, ${dayIn(days)})`;
	return account;
}

async function issued(account: string): Promise<{ issued: number; period: number } | undefined> {
	const { sql } = suite.server.services.db;
	const [row] = await sql<{ issued: number; period: number }[]>`
		select issued, period from accounts where h = ${accountHash(account)}`;
	return row;
}

test('what is no code, what nobody paid for, and what is over are answered alike, byte for byte', async () => {
	const over = await paidAccount(-1);
	const unpaid = newAccount();
	await suite.server.services.db.sql`insert into accounts (h) values (${accountHash(unpaid)})`;
	for (const name of ['account', 'issueProTokens'] as const) {
		const answers = new Set<string>();
		for (const account of [over, unpaid, newAccount(), '', 'U'.repeat(16), 'x'.repeat(400)]) {
			const { query: _, ...body } = persisted(documents[name], { account, ...(name === 'issueProTokens' ? request(1) : {}) });
			answers.add(JSON.stringify(await postBody(suite.server, body)));
		}
		expect(answers.size, name).toBe(1);
		expect([...answers][0]).toContain('"ACCOUNT"');
	}
	expect(await readAt(suite.server, await paidAccount(0))).toEqual({ paidUntil: dayIn(0), subscription: null });
});

function request(count: number, period = periodOf(Date.now())) {
	return { period, blinded: blindedTokens(count).map((each) => each.toString('base64url')) };
}

test('200 guesses over the wire are told the same, and after ten nothing at all', async () => {
	await suite.withLimits({ accountPerMinute: 10 }, async (server) => {
		const answers: (string | undefined)[] = [];
		const startedAt = Date.now();
		for (let i = 0; i < 20; i++)
			answers.push(...(await Promise.all(Array.from({ length: 10 }, async () => codeIn(await guess(server))))));
		expect(new Set(answers)).toEqual(new Set(['ACCOUNT', 'RATE_LIMITED']));
		expect(answers.slice(0, 10)).toEqual(Array(10).fill('ACCOUNT'));
		// One more every six seconds, as long as this takes.
		const allowed = 10 + Math.ceil((Date.now() - startedAt) / 6_000);
		expect(answers.filter((code) => code === 'ACCOUNT').length).toBeLessThanOrEqual(allowed);
	});
});

function guess(server: typeof suite.server) {
	return postOperation(server, 'account', { account: newAccount() });
}

test('a page that knows its code reads it and fetches tokens as it needs, all within a minute', async () => {
	await suite.withLimits({ accountPerMinute: 10 }, async (server) => {
		const account = await paidAccount();
		const results = await Promise.all([
			...Array.from({ length: 8 }, () => postOperation(server, 'account', { account })),
			...Array.from({ length: 2 }, () => askTokens(server, account, 10))
		]);
		expect(results.map(codeIn)).toEqual(Array(10).fill(undefined));
		for (let i = 0; i < 5; i++) expect(await readAt(server, account)).toMatchObject({ subscription: null });
	});
});

test('60 tokens an hour: parallel requests of any size never pass it, and use all of it', async () => {
	for (const size of [1, 7, 30]) {
		const account = await paidAccount();
		const results = await Promise.all(Array.from({ length: Math.ceil(90 / size) }, () => askTokens(suite.server, account, size)));
		const given = results.filter((result) => result.errors === undefined);
		expect(new Set(results.map(codeIn))).toEqual(new Set([undefined, 'RATE_LIMITED']));
		expect(given.flatMap((result) => result.data.issueProTokens.evaluated)).toHaveLength(Math.floor(60 / size) * size);
		expect((await issued(account))?.issued).toBe(Math.floor(60 / size) * size);
		for (const result of results) if (result.errors !== undefined) expect(result.data?.issueProTokens ?? null).toBeNull();
	}
});

test('400 takings at once over two pools: exactly the hour’s', async () => {
	const account = accountHash(await paidAccount());
	const other = openDatabase(suite.database.url, { max: 4 });
	const pools = [suite.server.services.db, other];
	const takings = await Promise.allSettled(
		Array.from({ length: 400 }, (_, i) => takeTokens(pools[i % 2] ?? other, { account, count: 1, perHour: 60 }))
	);
	await other.close();
	expect(takings.filter(({ status }) => status === 'fulfilled')).toHaveLength(60);
});

test('another month, none, too many, and what is no point are refused, and nothing is counted', async () => {
	const account = await paidAccount();
	const now = periodOf(Date.now());
	for (const wrong of [
		request(1, now - 1),
		request(1, now + 1),
		request(0),
		request(31),
		{ period: now, blinded: [randomBytes(31).toString('base64url')] },
		{ period: now, blinded: [Buffer.alloc(32).toString('base64url')] },
		{ period: now, blinded: [...request(2).blinded, Buffer.alloc(32, 0xff).toString('base64url')] }
	])
		expect(codeIn(await postOperation(suite.server, 'issueProTokens', { account, ...wrong }))).toBe('BAD_INPUT');
	for (const stranger of [newAccount(), await paidAccount(-1)]) {
		expect(codeIn(await askTokens(suite.server, stranger, 1))).toBe('ACCOUNT');
		expect((await issued(stranger))?.issued ?? 0).toBe(0);
	}
	expect(await issued(account)).toEqual({ issued: 0, period: 0 });
	expect(codeIn(await askTokens(suite.server, account, 30))).toBeUndefined();
});

test('the hour is counted anew, and nothing tells of it once it is over', async () => {
	const account = await paidAccount();
	const { db } = suite.server.services;
	expect(codeIn(await askTokens(suite.server, account, 30))).toBeUndefined();
	await forgetHours(db);
	expect((await issued(account))?.issued).toBe(30);
	await db.sql`update accounts set period = period - 1, issued = 60 where h = ${accountHash(account)}`;
	expect(codeIn(await askTokens(suite.server, account, 30))).toBeUndefined();
	expect((await issued(account))?.issued).toBe(30);
	await db.sql`update accounts set period = period - 1 where h = ${accountHash(account)}`;
	expect(await forgetHours(db)).toBeGreaterThan(0);
	expect(await issued(account)).toEqual({ issued: 0, period: 0 });
});

test('a voucher adds its days once, to what is there; what is none says so, and changes nothing', async () => {
	const { db } = suite.server.services;
	const [first = '', second = ''] = await newVouchers(db, 2);
	const account = newAccount();
	const use = async (voucher: string) =>
		outcome(await postOperation(suite.server, 'redeemVoucher', { account, voucher }), 'redeemVoucher');
	expect(await use(first.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l'))).toEqual({
		paidUntil: dayIn(30),
		subscription: null
	});
	expect(await use(first)).toBe('VOUCHER');
	expect(await use('ABCD')).toBe('VOUCHER');
	expect(await use(newAccount())).toBe('VOUCHER');
	expect(await use(second)).toMatchObject({ paidUntil: dayIn(60) });
	const [third = ''] = await newVouchers(db, 1);
	expect(codeIn(await postOperation(suite.server, 'redeemVoucher', { account: 'ABC', voucher: third }))).toBe('ACCOUNT');
	expect(await use(third)).toMatchObject({ paidUntil: dayIn(90) });
	await db.sql`update accounts set paid_until = ${dayIn(-200)} where h = ${accountHash(account)}`;
	const [fourth = ''] = await newVouchers(db, 1, 7);
	expect(await use(fourth)).toMatchObject({ paidUntil: dayIn(7) });
});

test('50 redemptions of one voucher at once, by five accounts over two pools: exactly one gets the days', async () => {
	const { db } = suite.server.services;
	const other = openDatabase(suite.database.url, { max: 6 });
	for (let round = 0; round < 5; round++) {
		const [code = ''] = await newVouchers(db, 1);
		const voucher = voucherHash(foldCode(code));
		const accounts = Array.from({ length: 5 }, () => accountHash(newAccount()));
		const won = await Promise.all(
			Array.from({ length: 50 }, (_, i) => redeem(i % 2 === 0 ? db : other, { account: accounts[i % 5] ?? voucher, voucher }))
		);
		expect(won.filter(Boolean)).toHaveLength(1);
		const rows = await db.sql`select paid_until::text as until from accounts where h in ${db.sql(accounts)}`;
		expect(rows).toEqual([{ until: dayIn(30) }]);
	}
	await other.close();
});

test('many vouchers for one account at once: the days of all of them', async () => {
	const account = newAccount();
	const vouchers = await newVouchers(suite.server.services.db, 10, 3);
	await Promise.all(vouchers.map((voucher) => postOperation(suite.server, 'redeemVoucher', { account, voucher })));
	expect(await readAt(suite.server, account)).toMatchObject({ paidUntil: dayIn(30) });
});

test('an account whose time is long over goes; others stay', async () => {
	const { db } = suite.server.services;
	const [long, lately, paid] = [await paidAccount(-31), await paidAccount(-30), await paidAccount(3)];
	expect(await deleteOverAccounts(db)).toBeGreaterThan(0);
	expect(await Promise.all([long, lately, paid].map(async (each) => (await issued(each)) !== undefined))).toEqual([
		false,
		true,
		true
	]);
});

test('more than one batch goes in one turn, unless the job is to stop', async () => {
	const { db } = suite.server.services;
	await db.sql`
		insert into accounts (h, paid_until)
		select decode(lpad(to_hex(n), 64, '0'), 'hex'), current_date - 99 from generate_series(1, 2_500) as n`;
	expect(await deleteOverAccounts(db, { stopping: AbortSignal.abort() })).toBe(0);
	expect(await deleteOverAccounts(db)).toBe(2500);
});

test('an account that is subscribed to while the job is at it stays', async () => {
	const { db } = suite.server.services;
	const account = accountHash(await paidAccount(-40));
	const ref = randomBytes(16);
	await db.sql`insert into checkouts (ref, account) values (${ref}, ${account})`;
	await db.sql.begin(async (tx) => {
		const names = { subscription: 'sub_1', customer: 'cus_1', origin: null };
		await applyStanding(tx, { ...names, ref, state: 'active', paidUntil: dayIn(30), isPaid: true });
		// It waits for nobody.
		expect(await deleteOverAccounts(db)).toBe(0);
	});
	expect(await findAccount(db, account)).toEqual({ paidUntil: dayIn(30), subscription: 'active' });
});

test('days of a voucher that is redeemed while a subscription begins stand behind it', async () => {
	const { db } = suite.server.services;
	const account = accountHash(newAccount());
	const ref = randomBytes(16);
	await db.sql`insert into checkouts (ref, account) values (${ref}, ${account})`;
	const [code = ''] = await newVouchers(db, 1, 5);
	let redemption: Promise<boolean> = Promise.resolve(false);
	await db.sql.begin(async (tx) => {
		const names = { subscription: 'sub_2', customer: 'cus_2', origin: null };
		await applyStanding(tx, { ...names, ref, state: 'active', paidUntil: dayIn(30), isPaid: true });
		redemption = redeem(db, { account, voucher: voucherHash(foldCode(code)) });
		await expect.poll(async () => (await tx`select from pg_locks where not granted`).count).toBeGreaterThan(0);
	});
	await redemption;
	expect(await findAccount(db, account)).toEqual({ paidUntil: dayIn(35), subscription: 'active' });
});

test('the log knows no account, no voucher, and no address', async () => {
	const account = await paidAccount();
	await askTokens(suite.server, account, 1);
	const log = suite.server.log.join('\n');
	const hash = Buffer.from(accountHash(account));
	for (const secret of [account, hash.toString('hex'), hash.toString('base64url'), '127.0.0.1'])
		expect(log).not.toContain(secret);
});
