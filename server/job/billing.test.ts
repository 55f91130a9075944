import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { accountHash } from '../billing/account.ts';
import { createStripePayments } from '../billing/stripe.ts';
import type { TestStripe } from '../billing/testing-stripe.ts';
import { sendNews, startTestStripe, testStripe } from '../billing/testing-stripe.ts';
import { dayIn, newAccount, readAt } from '../billing/testing.ts';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { postOperation } from '../testing-people.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import { createJob } from './job.ts';
import { createTasks } from './tasks.ts';

let database: TestDatabase;
let server: TestServer;
let stripe: TestStripe;
beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
	stripe = await startTestStripe();
	server = await startServer({
		databaseUrl: database.url,
		payments: (ports) => createStripePayments(ports, { ...testStripe, api: stripe.url })
	});
	await database.db.sql`truncate accounts, subscriptions, checkouts, stripe_events`;
});
afterEach(async () => {
	await server.stop();
	await stripe.stop();
});

function turn(services = server.services): Promise<void> {
	return createJob(services, createTasks(services)).turn('billing');
}

async function begin(account: string): Promise<string> {
	const { data } = await postOperation(server, 'startCheckout', { account });
	return new URL(data.startCheckout).pathname.replace('/pay/', '');
}

async function subscribe(account: string): Promise<string> {
	const id = stripe.books.pay(await begin(account));
	for (const news of stripe.books.takeNews()) await sendNews(`http://${server.host}/stripe/webhook`, news);
	return id;
}

async function rows(table: 'accounts' | 'subscriptions' | 'checkouts' | 'stripe_events'): Promise<number> {
	const { sql } = database.db;
	return (await sql`select from ${sql(table)}`).count;
}

const aDayLater = () => database.db.sql`update checkouts set created_at = created_at - interval '1 day'`;

test('a checkout that nobody completed is forgotten after a day, and no earlier', async () => {
	await begin(newAccount());
	await database.db.sql`insert into checkouts (ref, account) values (${randomBytes(16)}, ${randomBytes(32)})`;
	await turn();
	expect(await rows('checkouts')).toBe(2);
	await aDayLater();
	await turn();
	expect(await rows('checkouts')).toBe(0);
});

test('what was paid while no news came through is found a day later', async () => {
	const account = newAccount();
	stripe.books.pay(await begin(account));
	await aDayLater();
	stripe.down = true;
	await turn();
	expect(await rows('checkouts')).toBe(1);
	stripe.down = false;
	await turn();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(30), subscription: 'active' });
	expect(await rows('checkouts')).toBe(0);
});

test('a subscription whose renewal or end was missed is asked about when its time is over', async () => {
	const [renewed, ended, gone] = [newAccount(), newAccount(), newAccount()];
	stripe.books.renew(await subscribe(renewed));
	stripe.books.cancel(await subscribe(ended));
	await subscribe(gone);
	const { sql } = database.db;
	await sql`update subscriptions set paid_until = ${dayIn(-1)}`;
	await sql`update subscriptions set subscription = 'sub_unknown' where account = ${accountHash(gone)}`;
	await turn();
	expect(await readAt(server, renewed)).toEqual({ paidUntil: dayIn(60), subscription: 'active' });
	expect(await readAt(server, ended)).toEqual({ paidUntil: dayIn(0), subscription: null });
	expect(await readAt(server, gone)).toBe('ACCOUNT');
	expect(await rows('subscriptions')).toBe(1);
});

test('a subscription that nobody has paid for in a month is ended at Stripe too, but not one that was paid meanwhile', async () => {
	const [unpaid, paid] = [newAccount(), newAccount()];
	const [id, other] = [await subscribe(unpaid), await subscribe(paid)];
	for (const each of [id, other]) stripe.books.renew(each, false);
	stripe.books.charge(other, true);
	const sub = stripe.books.subscriptions[0];
	if (sub === undefined) throw new Error('test: expected a subscription');
	sub.start -= 80 * 86_400;
	await database.db.sql`update subscriptions set state = 'failed', paid_until = ${dayIn(-31)}`;
	await turn();
	expect(stripe.books.subscriptions.map(({ status }) => status)).toEqual(['canceled', 'active']);
	expect(await readAt(server, unpaid)).toBe('ACCOUNT');
	expect(await readAt(server, paid)).toEqual({ paidUntil: dayIn(60), subscription: 'active' });
	expect(await rows('subscriptions')).toBe(1);
});

test('old events go, recent ones stay', async () => {
	const { sql } = database.db;
	await sql`insert into stripe_events (id, at) values ('evt_old', clock_timestamp() - interval '31 days'), ('evt_new', clock_timestamp())`;
	await turn();
	expect(await sql`select id from stripe_events`).toEqual([{ id: 'evt_new' }]);
});

test('an account that a subscription still pays for stays, whatever its own day', async () => {
	const account = newAccount();
	await subscribe(account);
	await turn();
	expect(await rows('accounts')).toBe(1);
	expect(await readAt(server, account)).toMatchObject({ subscription: 'active' });
});

test('where payments were switched off, what they left goes when its time is over', async () => {
	await subscribe(newAccount());
	await begin(newAccount());
	await aDayLater();
	const services = { ...server.services, payments: null };
	await turn(services);
	expect([await rows('subscriptions'), await rows('checkouts')]).toEqual([1, 0]);
	await database.db.sql`update subscriptions set paid_until = ${dayIn(-31)}`;
	await turn(services);
	expect(await rows('subscriptions')).toBe(0);
});

test('its turn is told by counts alone', async () => {
	await subscribe(newAccount());
	await database.db.sql`update accounts set period = 1, issued = 1`;
	await turn();
	expect(JSON.parse(server.log.at(-1) ?? '')).toEqual({
		time: expect.any(String),
		level: 'info',
		event: 'job',
		task: 'billing',
		count: 1,
		backlog: 0,
		durationMs: expect.any(Number)
	});
	expect(server.services.metrics.text()).toContain('sotto_job_done_total{task="billing"} 1\n');
});
