import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { foldCode } from '#protocol/codes';
import { accountHash } from '../billing/account.ts';
import { rewriteTables } from '../billing/lapse.ts';
import { redeem, voucherHash } from '../billing/rows.ts';
import { grace, month, useShop } from '../billing/testing-shop.ts';
import { dayIn, newAccount, newVouchers, readAt } from '../billing/testing.ts';
import { createJob } from './job.ts';
import { createTasks } from './tasks.ts';

const shop = useShop();

function turn(services = shop.server.services): Promise<void> {
	return createJob(services, createTasks(services)).turn('billing');
}

async function rows(table: 'accounts' | 'subscriptions' | 'checkouts' | 'stripe_events'): Promise<number> {
	const { sql } = shop.database.db;
	return (await sql`select from ${sql(table)}`).count;
}

const aDayLater = () => shop.database.db.sql`update checkouts set created_at = created_at - interval '1 day'`;

test('a checkout that nobody completed is forgotten after a day, and no earlier', async () => {
	await shop.begin(newAccount());
	await shop.database.db.sql`insert into checkouts (ref, account) values (${randomBytes(16)}, ${randomBytes(32)})`;
	await turn();
	expect(await rows('checkouts')).toBe(2);
	await aDayLater();
	await turn();
	expect(await rows('checkouts')).toBe(0);
});

test('what was paid while no news came through is found a day later', async () => {
	const account = newAccount();
	shop.stripe.books.pay(await shop.begin(account));
	await aDayLater();
	shop.stripe.down = true;
	await turn();
	expect(await rows('checkouts')).toBe(1);
	shop.stripe.down = false;
	await turn();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(30), subscription: 'active' });
	expect(await rows('checkouts')).toBe(0);
});

test('a checkout whose payment takes days stays known until it has come, and goes when it doesn’t', async () => {
	const [slow, never] = [newAccount(), newAccount()];
	const id = shop.stripe.books.order(await shop.begin(slow));
	const unpaid = shop.stripe.books.order(await shop.begin(never));
	await shop.tellAll();
	for (let days = 0; days < 2; days++) {
		await aDayLater();
		await turn();
		expect(await rows('checkouts')).toBe(2);
		expect(await readAt(shop.server, slow)).toBe('ACCOUNT');
	}
	shop.stripe.books.charge(id, true);
	shop.stripe.books.cancel(unpaid);
	await shop.tellAll();
	expect(await readAt(shop.server, slow)).toEqual({ paidUntil: dayIn(30), subscription: 'active' });
	expect(await readAt(shop.server, never)).toBe('ACCOUNT');
	expect(await rows('checkouts')).toBe(0);
});

test('a subscription whose renewal or end was missed is asked about when its time is over', async () => {
	const [renewed, ended, gone] = [await shop.subscribe(), await shop.subscribe(), await shop.subscribe()];
	shop.stripe.books.renew(renewed.id);
	shop.stripe.books.cancel(ended.id);
	const { sql } = shop.database.db;
	await sql`update subscriptions set paid_until = ${dayIn(-1)}`;
	await sql`update subscriptions set subscription = 'sub_unknown' where account = ${accountHash(gone.account)}`;
	await turn();
	expect(await readAt(shop.server, renewed.account)).toEqual({ paidUntil: dayIn(60), subscription: 'active' });
	expect(await readAt(shop.server, ended.account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	expect(await readAt(shop.server, gone.account)).toBe('ACCOUNT');
	expect(await rows('subscriptions')).toBe(1);
});

test('a subscription that nobody has paid for in a month is ended at Stripe too, but not one that was paid meanwhile', async () => {
	const [unpaid, paid] = [await shop.subscribe(), await shop.subscribe()];
	for (const { id } of [unpaid, paid]) shop.stripe.books.renew(id, false);
	shop.stripe.books.charge(paid.id, true);
	const sub = shop.stripe.books.subscriptions[0];
	if (sub === undefined) throw new Error('test: expected a subscription');
	sub.start -= 80 * 86_400;
	await shop.database.db.sql`update subscriptions set state = 'failed', paid_until = ${dayIn(-31)}`;
	await turn();
	expect(shop.stripe.books.subscriptions.map(({ status }) => status)).toEqual(['canceled', 'active']);
	expect(await readAt(shop.server, unpaid.account)).toBe('ACCOUNT');
	expect(await readAt(shop.server, paid.account)).toEqual({ paidUntil: dayIn(60), subscription: 'active' });
	expect(await rows('subscriptions')).toBe(1);
});

test('when the days of grace are over Stripe’s tries are, too: nobody is charged for what they can’t see', async () => {
	const [over, within] = [await shop.subscribe(month + grace + 1), await shop.subscribe(month + grace)];
	for (const { id } of [over, within]) shop.stripe.books.renew(id, false);
	await shop.tellAll();
	await turn();
	expect(shop.stripe.books.subscriptions.map(({ status }) => status)).toEqual(['canceled', 'past_due']);
	expect(await readAt(shop.server, within.account)).toEqual({ paidUntil: dayIn(0), subscription: 'failed' });
	expect(await shop.lastDay(over.account)).toBeUndefined();
	expect(await rows('accounts')).toBe(2);
});

test('what is paid while the job is at it is not cancelled', async () => {
	const { account, id } = await shop.subscribe(month + grace + 1);
	shop.stripe.books.renew(id, false);
	await shop.tellAll();
	const held = shop.stripe.holdAnswer();
	const turning = turn();
	await held.asked;
	shop.stripe.books.charge(id, true);
	held.release();
	await turning;
	expect(shop.stripe.books.last.status).toBe('active');
	expect(await readAt(shop.server, account)).toMatchObject({ subscription: 'active' });
});

test('a subscription and a checkout that Stripe can’t tell of keep no others waiting, and the turn is told as failed', async () => {
	const session = await shop.begin(newAccount());
	await shop.begin(newAccount());
	const [stuck, ended] = [await shop.subscribe(), await shop.subscribe()];
	shop.stripe.books.cancel(ended.id);
	await shop.database.db.sql`update subscriptions set paid_until = ${dayIn(-1)}`;
	await aDayLater();
	shop.stripe.stuck.add(session).add(stuck.id);
	await turn();
	expect(await rows('checkouts')).toBe(1);
	expect(await shop.lastDay(stuck.account)).toBe(dayIn(-1));
	expect(await readAt(shop.server, ended.account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	expect(shop.server.services.metrics.text()).toContain('sotto_job_failures_total{task="billing"} 1\n');
});

test('what was deleted is soon nowhere in the tables’ files, so that no transaction’s number leads to an account', async () => {
	const { db, url } = shop.database;
	const { account } = await shop.subscribe();
	const { customer } = shop.stripe.books.last;
	const codes = await newVouchers(db, 20, 5);
	// The newest row of a page is the one that a plain VACUUM leaves where it was.
	const voucher = voucherHash(foldCode(codes.at(-1) ?? ''));
	const traces = async () => {
		await db.sql`checkpoint`;
		const [row] = await db.sql`
			select position(${voucher}::bytea in pg_read_binary_file(pg_relation_filepath('vouchers'))) as vouchers,
				position(${Buffer.from(customer)}::bytea in pg_read_binary_file(pg_relation_filepath('subscriptions'))) as subscriptions`;
		return row;
	};
	const clear = async () => Object.values((await traces()) ?? {}).map((at) => Number(at) === 0);
	// A backup that reads what was there before, and somebody who writes in another database of the cluster, keep it from going.
	const elsewhere = new URL(url);
	elsewhere.pathname = '/postgres';
	const [backup, writer] = [postgres(url, { max: 1 }), postgres(elsewhere.href, { max: 1 })];
	await writer.begin(async (other) => {
		await other`select pg_current_xact_id()`;
		await backup.begin('isolation level repeatable read', async (sql) => {
			await sql`select from vouchers`;
			await redeem(db, { account: accountHash(newAccount()), voucher });
			shop.stripe.books.cancel(shop.stripe.books.last.id);
			await shop.tellAll();
			expect(await rewriteTables(db, null)).toBeNull();
			expect(await clear()).toEqual([false, false]);
		});
		expect(await rewriteTables(db, null)).toBeNull();
		expect(await clear()).toEqual([false, false]);
	});
	await Promise.all([backup.end(), writer.end()]);
	const job = createJob(shop.server.services, createTasks(shop.server.services));
	// Postgres counts what has changed in its own time.
	await expect.poll(() => job.turn('billing').then(traces)).toEqual({ vouchers: 0, subscriptions: 0 });
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	expect(await db.sql`select from vouchers`).toHaveLength(19);
});

test('instances that write the tables anew at once, while vouchers are redeemed, lose none of them', async () => {
	const { db } = shop.database;
	const account = newAccount();
	const codes = await newVouchers(db, 20, 3);
	const hashes = codes.map((code) => voucherHash(foldCode(code)));
	const rewriting = Array.from({ length: 3 }, async () => {
		for (let i = 0; i < 5; i++) await rewriteTables(db, null);
	});
	const redeemed = hashes.map((voucher) => redeem(shop.server.services.db, { account: accountHash(account), voucher }));
	expect(new Set(await Promise.all(redeemed))).toEqual(new Set([true]));
	await Promise.all(rewriting);
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(60), subscription: null });
});

test('old events go, recent ones stay', async () => {
	const { sql } = shop.database.db;
	await sql`insert into stripe_events (id, at) values ('evt_old', clock_timestamp() - interval '31 days'), ('evt_new', clock_timestamp())`;
	await turn();
	expect(await sql`select id from stripe_events`).toEqual([{ id: 'evt_new' }]);
});

test('an account that a subscription still pays for stays, whatever its own day', async () => {
	const { account } = await shop.subscribe();
	await turn();
	expect(await rows('accounts')).toBe(1);
	expect(await readAt(shop.server, account)).toMatchObject({ subscription: 'active' });
});

test('where payments were switched off, what they left goes when its time is over', async () => {
	await shop.subscribe();
	await shop.begin(newAccount());
	await aDayLater();
	const services = { ...shop.server.services, payments: null };
	await turn(services);
	expect([await rows('subscriptions'), await rows('checkouts')]).toEqual([1, 0]);
	await shop.database.db.sql`update subscriptions set paid_until = ${dayIn(-31)}`;
	await turn(services);
	expect(await rows('subscriptions')).toBe(0);
});

test('its turn is told by counts alone', async () => {
	await shop.subscribe();
	await shop.database.db.sql`update accounts set period = 1, issued = 1`;
	await turn();
	expect(JSON.parse(shop.server.log.at(-1) ?? '')).toEqual({
		time: expect.any(String),
		level: 'info',
		event: 'job',
		task: 'billing',
		count: 1,
		backlog: 0,
		durationMs: expect.any(Number)
	});
	expect(shop.server.services.metrics.text()).toContain('sotto_job_done_total{task="billing"} 1\n');
});
