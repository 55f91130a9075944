/** Payments: the official SDK, a server that answers like Stripe's API, real signatures, real HTTP, real Postgres. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { codeIn, postOperation } from '../testing-people.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import { accountHash } from './account.ts';
import { createStripePayments } from './stripe.ts';
import type { News } from './testing-books.ts';
import type { TestStripe } from './testing-stripe.ts';
import { sendNews, signatureOf, startTestStripe, testStripe } from './testing-stripe.ts';
import { askTokens, dayIn, newAccount, newVouchers, outcome, readAt } from './testing.ts';

let database: TestDatabase;
let server: TestServer;
let stripe: TestStripe;
let hook: string;
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
	hook = `http://${server.host}/stripe/webhook`;
	await server.services.db.sql`truncate accounts, subscriptions, checkouts, stripe_events`;
});
afterEach(async () => {
	await server.stop();
	await stripe.stop();
});

/** Days of a month as this Stripe has it, and of grace. */
const month = 30;
const grace = 7;

async function begin(account: string): Promise<string> {
	const { data, errors } = await postOperation(server, 'startCheckout', { account });
	if (errors !== undefined) throw new Error(codeIn({ errors }));
	return new URL(data.startCheckout).pathname.replace('/pay/', '');
}

/** All that happened at Stripe since, in order. */
async function tellAll(): Promise<readonly News[]> {
	const news = stripe.books.takeNews();
	for (const each of news) expect(await sendNews(hook, each), each.type).toBe(200);
	return news;
}

/** Resolves to the account's code and Stripe's name of its subscription. */
async function subscribe(daysAgo = 0): Promise<{ account: string; id: string }> {
	const account = newAccount();
	const id = stripe.books.pay(await begin(account), daysAgo);
	await tellAll();
	return { account, id };
}

async function press(name: 'cancelSubscription' | 'resumeSubscription', account: string) {
	return outcome(await postOperation(server, name, { account }), name);
}

async function redeem(account: string, days: number): Promise<void> {
	const [voucher = ''] = await newVouchers(server.services.db, 1, days);
	await postOperation(server, 'redeemVoucher', { account, voucher });
}

/** Of the subscription alone. */
async function lastDay(account: string): Promise<unknown> {
	const { sql } = server.services.db;
	return (await sql`select paid_until::text as day from subscriptions where account = ${accountHash(account)}`)[0]?.['day'];
}

async function countRows(): Promise<object> {
	const [row] = await server.services.db.sql`
		select (select count(*)::int from subscriptions) as subscriptions, (select count(*)::int from checkouts) as checkouts`;
	return row ?? {};
}

test('subscribe, renew, fail, recover, cancel, resume, and let it end', async () => {
	const { account, id } = await subscribe();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month), subscription: 'active' });
	expect(codeIn(await askTokens(server, account, 10))).toBeUndefined();
	expect(await countRows()).toEqual({ subscriptions: 1, checkouts: 0 });

	stripe.books.beginPeriod(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month + grace), subscription: 'active' });
	stripe.books.charge(id, true);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(2 * month), subscription: 'active' });

	stripe.books.renew(id, false);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(2 * month + grace), subscription: 'failed' });
	stripe.books.charge(id, true);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(3 * month), subscription: 'active' });

	expect(await press('cancelSubscription', account)).toEqual({ paidUntil: dayIn(3 * month), subscription: 'ending' });
	expect(await press('resumeSubscription', account)).toEqual({ paidUntil: dayIn(3 * month), subscription: 'active' });
	await press('cancelSubscription', account);
	stripe.books.endPeriod(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(3 * month), subscription: null });
	expect(await countRows()).toEqual({ subscriptions: 0, checkouts: 0 });
	expect(await press('resumeSubscription', account)).toBe('ACCOUNT');
});

test('after a payment that failed Pro lasts seven days from the end of what was paid, and no longer', async () => {
	const within = await subscribe(month + 3);
	stripe.books.renew(within.id, false);
	const past = await subscribe(month + grace + 1);
	stripe.books.renew(past.id, false);
	await tellAll();
	expect(await readAt(server, within.account)).toEqual({ paidUntil: dayIn(grace - 3), subscription: 'failed' });
	expect(await readAt(server, past.account)).toBe('ACCOUNT');
	expect(codeIn(await askTokens(server, past.account, 1))).toBe('ACCOUNT');
	stripe.books.charge(past.id, true);
	await tellAll();
	expect(await readAt(server, past.account)).toEqual({ paidUntil: dayIn(month - grace - 1), subscription: 'active' });
});

test('a second period that nobody paid for brings no days of grace of its own, nor does its end', async () => {
	const { account, id } = await subscribe(2 * month + 1);
	stripe.books.renew(id, false);
	await tellAll();
	await redeem(account, 40);
	stripe.books.beginPeriod(id);
	await tellAll();
	stripe.books.charge(id, false);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(40), subscription: 'failed' });
	expect(await lastDay(account)).toBe(dayIn(grace - month - 1));
	stripe.books.cancel(id, 'payment_failed');
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(40), subscription: null });
});

test('when Stripe gives up before the days of grace are over, they are kept', async () => {
	const { account, id } = await subscribe(month + 1);
	stripe.books.renew(id, false);
	stripe.books.cancel(id, 'payment_failed');
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(grace - 1), subscription: null });
});

test('who cancels after a failed payment pays nothing more', async () => {
	const { account, id } = await subscribe(month + 1);
	stripe.books.renew(id, false);
	await tellAll();
	expect(await press('cancelSubscription', account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	expect(stripe.books.last.status).toBe('canceled');
});

test('what was refunded ends now, here and at Stripe, whichever news comes last', async () => {
	const { account, id } = await subscribe();
	stripe.books.refund(stripe.books.intentOf(id));
	await tellAll();
	expect(await readAt(server, account)).toBe('ACCOUNT');
	expect(stripe.books.last.status).toBe('canceled');
	await tellAll();
	expect(await readAt(server, account)).toBe('ACCOUNT');
	expect(await countRows()).toEqual({ subscriptions: 0, checkouts: 0 });
});

test('a subscription that is deleted at Stripe ends with this day', async () => {
	const { account, id } = await subscribe();
	stripe.books.cancel(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(0), subscription: null });
});

test('a refund of what somebody else sells by the same account of Stripe’s is no business of ours', async () => {
	const other = stripe.books.openSession(new URLSearchParams({ client_reference_id: 'another shop' }));
	const id = stripe.books.pay(other !== null && 'id' in other ? String(other.id) : '');
	stripe.books.refund(stripe.books.intentOf(id));
	await tellAll();
	expect(stripe.books.last.status).toBe('active');
	expect(await countRows()).toEqual({ subscriptions: 0, checkouts: 0 });
});

test('what has ended at Stripe can’t be cancelled or resumed here, though no news of it came yet', async () => {
	for (const name of ['cancelSubscription', 'resumeSubscription'] as const) {
		const { account, id } = await subscribe();
		stripe.books.cancel(id);
		expect(await press(name, account)).toBe('ACCOUNT');
		expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	}
});

test('cancelled on Stripe’s own page, and resumed here', async () => {
	const { account, id } = await subscribe();
	stripe.books.setEnd(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month), subscription: 'ending' });
	expect(await press('resumeSubscription', account)).toEqual({ paidUntil: dayIn(month), subscription: 'active' });
	expect(await press('resumeSubscription', account)).toBe('ACCOUNT');
});

test('news in any order, each twice and at once, comes to the same', async () => {
	const wanted = { paidUntil: dayIn(2 * month), subscription: 'active' };
	for (const order of ['as it was', 'backwards', 'at once'] as const) {
		const account = newAccount();
		const id = stripe.books.pay(await begin(account));
		stripe.books.renew(id, false);
		stripe.books.charge(id, true);
		const news = stripe.books.takeNews();
		const sent = order === 'backwards' ? news.toReversed() : news;
		if (order === 'at once') {
			const statuses = await Promise.all([...sent, ...sent].map((each) => sendNews(hook, each)));
			expect(new Set(statuses)).toEqual(new Set([200]));
		} else for (const each of [...sent, ...sent]) expect(await sendNews(hook, each)).toBe(200);
		expect(await readAt(server, account), order).toEqual(wanted);
	}
});

test('an answer of Stripe’s that is older than another is not written over it', async () => {
	const { account, id } = await subscribe();
	stripe.books.renew(id, false);
	const [, failed] = stripe.books.takeNews();
	const held = stripe.holdAnswer();
	const first = sendNews(hook, { body: failed?.body ?? '' });
	await held.asked;
	stripe.books.charge(id, true);
	const [paid] = stripe.books.takeNews();
	// By another process, whose queue is its own.
	const another = await startServer({
		databaseUrl: database.url,
		payments: (ports) => createStripePayments(ports, { ...testStripe, api: stripe.url })
	});
	const second = sendNews(`http://${another.host}/stripe/webhook`, { body: paid?.body ?? '' });
	await expect
		.poll(async () => (await server.services.db.sql`select from pg_locks where locktype = 'advisory' and not granted`).count)
		.toBe(1);
	held.release();
	expect(await Promise.all([first, second])).toEqual([200, 200]);
	await another.stop();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(2 * month), subscription: 'active' });
});

test('an event that was done is not asked about again', async () => {
	const { id } = await subscribe();
	stripe.books.renew(id);
	const [news] = stripe.books.takeNews();
	if (news === undefined) throw new Error('test: expected news');
	expect(await sendNews(hook, news)).toBe(200);
	const asked = stripe.told.length;
	expect(await sendNews(hook, news)).toBe(200);
	expect(stripe.told.length).toBe(asked);
});

test('news that could not be done is done when it comes again', async () => {
	const account = newAccount();
	stripe.books.pay(await begin(account));
	const news = stripe.books.takeNews();
	stripe.down = true;
	for (const each of news.slice(1, 2)) expect(await sendNews(hook, each)).toBe(500);
	expect(await readAt(server, account)).toBe('ACCOUNT');
	expect((await server.services.db.sql`select from stripe_events`).count).toBe(0);
	stripe.down = false;
	for (const each of news.slice(1, 2)) expect(await sendNews(hook, each)).toBe(200);
	expect(await readAt(server, account)).toMatchObject({ subscription: 'active' });
});

test('news that is forged, altered, too old, unsigned, or too large is refused, and nothing is done', async () => {
	const account = newAccount();
	stripe.books.pay(await begin(account));
	const [news] = stripe.books.takeNews();
	const body = news?.body ?? '';
	const post = (headers: HeadersInit, text = body) => fetch(hook, { method: 'POST', headers, body: text });
	const statuses = [
		await sendNews(hook, { body }, signatureOf(body, { secret: 'whsec_other' })),
		await sendNews(hook, { body: `${body} ` }, signatureOf(body)),
		await sendNews(hook, { body }, signatureOf(body, { at: Date.now() - 301_000 })),
		await sendNews(hook, { body }, 'nonsense'),
		await sendNews(hook, { body: '{' }, signatureOf('{')),
		(await post({})).status,
		(await post({ 'stripe-signature': signatureOf(body) }, 'x'.repeat(262_145))).status,
		(await fetch(hook)).status
	];
	expect(statuses).toEqual([400, 400, 400, 400, 400, 400, 413, 405]);
	expect(await readAt(server, account)).toBe('ACCOUNT');
	expect(await countRows()).toEqual({ subscriptions: 0, checkouts: 1 });
	expect(server.services.metrics.text()).toContain('sotto_payment_news_refused_total 6\n');
	expect(await sendNews(hook, { body })).toBe(200);
	expect(await readAt(server, account)).toMatchObject({ subscription: 'active' });
});

test('without keys there is no price, no checkout, and no webhook', async () => {
	const bare = await startServer({ databaseUrl: database.url });
	const account = newAccount();
	expect((await postOperation(bare, 'price')).data).toEqual({ price: null });
	for (const name of ['startCheckout', 'managePayment', 'cancelSubscription', 'resumeSubscription'] as const)
		expect(codeIn(await postOperation(bare, name, { account }))).toBe('BAD_INPUT');
	expect(await sendNews(`http://${bare.host}/stripe/webhook`, { body: '{}' })).toBe(404);
	await bare.stop();
});

test('without a subscription there is nothing to manage, and a code that is none has no checkout', async () => {
	for (const name of ['managePayment', 'cancelSubscription', 'resumeSubscription'] as const)
		expect(codeIn(await postOperation(server, name, { account: newAccount() }))).toBe('ACCOUNT');
	for (const name of ['startCheckout', 'managePayment'] as const)
		expect(codeIn(await postOperation(server, name, { account: 'ABC' }))).toBe('ACCOUNT');
	expect(stripe.told).toEqual([]);
});

test('who subscribes already is shown that instead of a second checkout', async () => {
	const { account } = await subscribe();
	const again = (await postOperation(server, 'startCheckout', { account })).data.startCheckout;
	const managed = (await postOperation(server, 'managePayment', { account })).data.managePayment;
	expect(again).toContain('/portal/cus_');
	expect(managed).toBe(again);
	expect(await countRows()).toEqual({ subscriptions: 1, checkouts: 0 });
});

test('a second checkout closes the first; when both were paid all the same, the second is ended and paid back', async () => {
	const account = newAccount();
	const [first, second] = [await begin(account), await begin(account)];
	expect(() => stripe.books.pay(first)).toThrow('over');
	stripe.books.pay(second);
	// Its news is on the way when somebody begins and pays another.
	const waiting = stripe.books.takeNews();
	const surplus = stripe.books.pay(await begin(account));
	const intent = stripe.books.intentOf(surplus);
	for (const news of waiting) expect(await sendNews(hook, news)).toBe(200);
	await tellAll();
	await tellAll();
	expect(stripe.books.refunded).toEqual([intent]);
	expect(stripe.books.subscriptions.map(({ status }) => status)).toEqual(['active', 'canceled']);
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month), subscription: 'active' });
});

test('days of a voucher stand behind those of the subscription, and move with its early end', async () => {
	const { account, id } = await subscribe();
	await redeem(account, 5);
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month + 5), subscription: 'active' });
	stripe.books.refund(stripe.books.intentOf(id));
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(5), subscription: null });
});

test('days of a voucher move with each renewal, and come after a subscription that was cancelled', async () => {
	const { account, id } = await subscribe(29);
	await redeem(account, 30);
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(1 + 30), subscription: 'active' });
	stripe.books.renew(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(1 + month + 30), subscription: 'active' });
	await press('cancelSubscription', account);
	stripe.books.endPeriod(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(1 + month + 30), subscription: null });
});

test('days of a voucher that is redeemed on the subscription’s last day are not its renewal’s', async () => {
	const { account, id } = await subscribe(month);
	await redeem(account, 30);
	stripe.books.renew(id);
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month + 30), subscription: 'active' });
});

test('days of vouchers that came before the subscription stand behind it', async () => {
	const account = newAccount();
	await redeem(account, 45);
	const id = stripe.books.pay(await begin(account));
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(month + 45), subscription: 'active' });
	await redeem(account, 45);
	stripe.books.refund(stripe.books.intentOf(id));
	await tellAll();
	expect(await readAt(server, account)).toEqual({ paidUntil: dayIn(90), subscription: null });
});

test('Stripe is told a price, two addresses and a reference, and nothing of the account; the log, nothing of Stripe', async () => {
	const { account } = await subscribe();
	await postOperation(server, 'managePayment', { account });
	await press('cancelSubscription', account);
	const told = stripe.told.join('\n');
	const hash = toHex(accountHash(account));
	for (const secret of [account, account.toLowerCase(), hash, Buffer.from(hash, 'hex').toString('base64'), 'email'])
		expect(told).not.toContain(secret);
	expect(told).toContain('success_url=https://rooms.example/plan#paid');
	expect(told).toContain('cancel_url=https://rooms.example/plan#back');
	const log = server.log.join('\n');
	for (const name of ['cus_', 'sub_', 'evt_', 'cs_test', 'pi_', account, hash]) expect(log).not.toContain(name);
});

test('what Stripe says is wrong is logged by kind and place, without its words', async () => {
	const { account } = await subscribe();
	stripe.down = true;
	expect(codeIn(await postOperation(server, 'managePayment', { account }))).toBe('BUSY');
	stripe.down = false;
	const mistaken = await startServer({
		databaseUrl: database.url,
		payments: (ports) => createStripePayments(ports, { ...testStripe, secretKey: 'sk_test_other', api: stripe.url })
	});
	expect(codeIn(await postOperation(mistaken, 'managePayment', { account }))).toBe('INTERNAL');
	expect(mistaken.log.join('\n')).toContain('"event":"fault"');
	expect(mistaken.log.join('\n')).not.toMatch(/sk_test|no such key|cus_/);
	await mistaken.stop();
});

test('the price is asked for once, and the last one serves while Stripe can’t be asked', async () => {
	for (let i = 0; i < 3; i++)
		expect((await postOperation(server, 'price')).data).toEqual({ price: { amount: 400, currency: 'eur' } });
	expect(stripe.told).toEqual(['GET /v1/prices/price_month ']);
	stripe.down = true;
	expect((await postOperation(server, 'price')).data).toEqual({ price: { amount: 400, currency: 'eur' } });
});
