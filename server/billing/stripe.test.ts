/** Payments: the official SDK, a server that answers like Stripe's API, real signatures, real HTTP, real Postgres. */
import { expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import { codeIn, postOperation } from '../testing-people.ts';
import { startServer } from '../testing.ts';
import { accountHash } from './account.ts';
import { createStripePayments } from './stripe.ts';
import { sendNews, signatureOf, testStripe } from './testing-stripe.ts';
import { grace, month, useShop } from './testing-shop.ts';
import { askTokens, dayIn, newAccount, readAt } from './testing.ts';

const shop = useShop();

test('subscribe, renew, fail, recover, cancel, resume, and let it end', async () => {
	const { account, id } = await shop.subscribe();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month), subscription: 'active' });
	expect(codeIn(await askTokens(shop.server, account, 10))).toBeUndefined();
	expect(await shop.countRows()).toEqual({ subscriptions: 1, checkouts: 0 });

	shop.stripe.books.beginPeriod(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month + grace), subscription: 'active' });
	shop.stripe.books.charge(id, true);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(2 * month), subscription: 'active' });

	shop.stripe.books.renew(id, false);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(2 * month + grace), subscription: 'failed' });
	shop.stripe.books.charge(id, true);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(3 * month), subscription: 'active' });

	expect(await shop.press('cancelSubscription', account)).toEqual({ paidUntil: dayIn(3 * month), subscription: 'ending' });
	expect(await shop.press('resumeSubscription', account)).toEqual({ paidUntil: dayIn(3 * month), subscription: 'active' });
	await shop.press('cancelSubscription', account);
	shop.stripe.books.endPeriod(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(3 * month), subscription: null });
	expect(await shop.countRows()).toEqual({ subscriptions: 0, checkouts: 0 });
	expect(await shop.press('resumeSubscription', account)).toBe('ACCOUNT');
});

test('cancelled on Stripe’s own page, and resumed here', async () => {
	const { account, id } = await shop.subscribe();
	shop.stripe.books.setEnd(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month), subscription: 'ending' });
	expect(await shop.press('resumeSubscription', account)).toEqual({ paidUntil: dayIn(month), subscription: 'active' });
	expect(await shop.press('resumeSubscription', account)).toBe('ACCOUNT');
});

test('news in any order, each twice and at once, comes to the same', async () => {
	const wanted = { paidUntil: dayIn(2 * month), subscription: 'active' };
	for (const order of ['as it was', 'backwards', 'at once'] as const) {
		const account = newAccount();
		const id = shop.stripe.books.pay(await shop.begin(account));
		shop.stripe.books.renew(id, false);
		shop.stripe.books.charge(id, true);
		const news = shop.stripe.books.takeNews();
		const sent = order === 'backwards' ? news.toReversed() : news;
		if (order === 'at once') {
			const statuses = await Promise.all([...sent, ...sent].map((each) => sendNews(shop.hook, each)));
			expect(new Set(statuses)).toEqual(new Set([200]));
		} else for (const each of [...sent, ...sent]) expect(await sendNews(shop.hook, each)).toBe(200);
		expect(await readAt(shop.server, account), order).toEqual(wanted);
	}
});

test('an answer of Stripe’s that is older than another is not written over it', async () => {
	const { account, id } = await shop.subscribe();
	shop.stripe.books.renew(id, false);
	const [, failed] = shop.stripe.books.takeNews();
	const held = shop.stripe.holdAnswer();
	const first = sendNews(shop.hook, { body: failed?.body ?? '' });
	await held.asked;
	shop.stripe.books.charge(id, true);
	const [paid] = shop.stripe.books.takeNews();
	// By another process, whose queue is its own.
	const another = await shop.open();
	const second = sendNews(`http://${another.host}/stripe/webhook`, { body: paid?.body ?? '' });
	await expect
		.poll(async () => (await shop.server.services.db.sql`select from pg_locks where locktype = 'advisory' and not granted`).count)
		.toBe(1);
	held.release();
	expect(await Promise.all([first, second])).toEqual([200, 200]);
	await another.stop();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(2 * month), subscription: 'active' });
});

test('an event that was done is not asked about again', async () => {
	const { id } = await shop.subscribe();
	shop.stripe.books.renew(id);
	const [news] = shop.stripe.books.takeNews();
	if (news === undefined) throw new Error('test: expected news');
	expect(await sendNews(shop.hook, news)).toBe(200);
	const asked = shop.stripe.told.length;
	expect(await sendNews(shop.hook, news)).toBe(200);
	expect(shop.stripe.told.length).toBe(asked);
});

test('news that could not be done is done when it comes again', async () => {
	const account = newAccount();
	shop.stripe.books.pay(await shop.begin(account));
	const news = shop.stripe.books.takeNews();
	shop.stripe.down = true;
	for (const each of news.slice(1, 2)) expect(await sendNews(shop.hook, each)).toBe(500);
	expect(await readAt(shop.server, account)).toBe('ACCOUNT');
	expect((await shop.server.services.db.sql`select from stripe_events`).count).toBe(0);
	shop.stripe.down = false;
	for (const each of news.slice(1, 2)) expect(await sendNews(shop.hook, each)).toBe(200);
	expect(await readAt(shop.server, account)).toMatchObject({ subscription: 'active' });
});

test('news that is forged, altered, too old, unsigned, or too large is refused, and nothing is done', async () => {
	const account = newAccount();
	shop.stripe.books.pay(await shop.begin(account));
	const [news] = shop.stripe.books.takeNews();
	const body = news?.body ?? '';
	const post = (headers: HeadersInit, text = body) => fetch(shop.hook, { method: 'POST', headers, body: text });
	const statuses = [
		await sendNews(shop.hook, { body }, signatureOf(body, { secret: 'whsec_other' })),
		await sendNews(shop.hook, { body: `${body} ` }, signatureOf(body)),
		await sendNews(shop.hook, { body }, signatureOf(body, { at: Date.now() - 301_000 })),
		await sendNews(shop.hook, { body }, 'nonsense'),
		await sendNews(shop.hook, { body: '{' }, signatureOf('{')),
		(await post({})).status,
		(await post({ 'stripe-signature': signatureOf(body) }, 'x'.repeat(262_145))).status,
		(await fetch(shop.hook)).status
	];
	expect(statuses).toEqual([400, 400, 400, 400, 400, 400, 413, 405]);
	expect(await readAt(shop.server, account)).toBe('ACCOUNT');
	expect(await shop.countRows()).toEqual({ subscriptions: 0, checkouts: 1 });
	expect(shop.server.services.metrics.text()).toContain('sotto_payment_news_refused_total 6\n');
	expect(await sendNews(shop.hook, { body })).toBe(200);
	expect(await readAt(shop.server, account)).toMatchObject({ subscription: 'active' });
});

test('without keys there is no price, no checkout, and no webhook', async () => {
	const bare = await startServer({ databaseUrl: shop.database.url });
	const account = newAccount();
	expect((await postOperation(bare, 'price')).data).toEqual({ price: null });
	for (const name of ['startCheckout', 'managePayment', 'cancelSubscription', 'resumeSubscription'] as const)
		expect(codeIn(await postOperation(bare, name, { account }))).toBe('BAD_INPUT');
	expect(await sendNews(`http://${bare.host}/stripe/webhook`, { body: '{}' })).toBe(404);
	await bare.stop();
});

test('without a subscription there is nothing to manage, and a code that is none has no checkout', async () => {
	for (const name of ['managePayment', 'cancelSubscription', 'resumeSubscription'] as const)
		expect(codeIn(await postOperation(shop.server, name, { account: newAccount() }))).toBe('ACCOUNT');
	for (const name of ['startCheckout', 'managePayment'] as const)
		expect(codeIn(await postOperation(shop.server, name, { account: 'ABC' }))).toBe('ACCOUNT');
	expect(shop.stripe.told).toEqual([]);
});

test('who subscribes already is shown that instead of a second checkout', async () => {
	const { account } = await shop.subscribe();
	const again = (await postOperation(shop.server, 'startCheckout', { account })).data.startCheckout;
	const managed = (await postOperation(shop.server, 'managePayment', { account })).data.managePayment;
	expect(again).toContain('/portal/cus_');
	expect(managed).toBe(again);
	expect(await shop.countRows()).toEqual({ subscriptions: 1, checkouts: 0 });
});

test('a second checkout closes the first; when both were paid all the same, the second is ended and paid back', async () => {
	const account = newAccount();
	const [first, second] = [await shop.begin(account), await shop.begin(account)];
	expect(() => shop.stripe.books.pay(first)).toThrow('over');
	shop.stripe.books.pay(second);
	// Its news is on the way when somebody begins and pays another.
	const waiting = shop.stripe.books.takeNews();
	const surplus = shop.stripe.books.pay(await shop.begin(account));
	const intent = shop.stripe.books.intentOf(surplus);
	for (const news of waiting) expect(await sendNews(shop.hook, news)).toBe(200);
	await shop.tellAll();
	await shop.tellAll();
	expect(shop.stripe.books.refunded).toEqual([intent]);
	expect(shop.stripe.books.subscriptions.map(({ status }) => status)).toEqual(['active', 'canceled']);
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month), subscription: 'active' });
});

test('what is paid for a checkout that nothing here knows is ended and paid back, once; another server’s is not', async () => {
	const id = shop.stripe.books.pay(await shop.begin(newAccount()));
	const ref = shop.stripe.books.last.metadata['sotto_checkout'] ?? '';
	const other = shop.stripe.books.openSession(
		new URLSearchParams({
			'subscription_data[metadata][sotto_checkout]': ref,
			'subscription_data[metadata][sotto_origin]': 'https://another.example'
		})
	);
	shop.stripe.books.pay(other !== null && 'id' in other ? String(other.id) : '');
	const intent = shop.stripe.books.intentOf(id);
	await shop.database.db.sql`truncate checkouts`;
	await shop.tellAll();
	await shop.tellAll();
	expect(shop.stripe.books.refunded).toEqual([intent]);
	expect(shop.stripe.books.subscriptions.map(({ status }) => status)).toEqual(['canceled', 'active']);
	expect(shop.server.services.metrics.text()).toContain('sotto_payments_returned_total 1\n');
	expect(shop.server.log.join('\n')).not.toContain(id);
});

test('Stripe is told a price, two addresses and a reference, and nothing of the account; the log, nothing of Stripe', async () => {
	const { account } = await shop.subscribe();
	await postOperation(shop.server, 'managePayment', { account });
	await shop.press('cancelSubscription', account);
	const told = shop.stripe.told.join('\n');
	const hash = toHex(accountHash(account));
	for (const secret of [account, account.toLowerCase(), hash, Buffer.from(hash, 'hex').toString('base64'), 'email'])
		expect(told).not.toContain(secret);
	expect(told).toContain('success_url=https://rooms.example/plan#paid');
	expect(told).toContain('cancel_url=https://rooms.example/plan#back');
	const log = shop.server.log.join('\n');
	for (const name of ['cus_', 'sub_', 'evt_', 'cs_test', 'pi_', account, hash]) expect(log).not.toContain(name);
});

test('what Stripe says is wrong is logged by kind and place, without its words', async () => {
	const { account } = await shop.subscribe();
	shop.stripe.down = true;
	expect(codeIn(await postOperation(shop.server, 'managePayment', { account }))).toBe('BUSY');
	shop.stripe.down = false;
	const mistaken = await shop.open({ secretKey: 'sk_test_other' });
	expect(codeIn(await postOperation(mistaken, 'managePayment', { account }))).toBe('INTERNAL');
	expect(mistaken.log.join('\n')).toContain('"event":"fault"');
	expect(mistaken.log.join('\n')).not.toMatch(/sk_test|no such key|cus_/);
	await mistaken.stop();
});

test('the price is asked for once, and the last one serves while Stripe can’t be asked', async () => {
	for (let i = 0; i < 3; i++)
		expect((await postOperation(shop.server, 'price')).data).toEqual({ price: { amount: 400, currency: 'eur' } });
	expect(shop.stripe.told).toEqual(['GET /v1/prices/price_month ']);
	shop.stripe.down = true;
	expect((await postOperation(shop.server, 'price')).data).toEqual({ price: { amount: 400, currency: 'eur' } });
});

test('whoever asks for the price, however many at once, Stripe is asked once, and after a failure not again for half a minute', async () => {
	const { services } = shop.server;
	let at = Date.now();
	const { price } = createStripePayments({ ...services, now: () => at }, { ...testStripe, api: shop.stripe.url });
	const ask = async (times: number) => {
		const before = shop.stripe.told.length;
		const answers = await Promise.allSettled(Array.from({ length: times }, price));
		// The SDK tries twice.
		return [new Set(answers.map(({ status }) => status)), shop.stripe.told.length - before];
	};
	shop.stripe.down = true;
	expect(await ask(20)).toEqual([new Set(['rejected']), 2]);
	at += 29_000;
	expect(await ask(3)).toEqual([new Set(['rejected']), 0]);
	at += 2_000;
	shop.stripe.down = false;
	expect(await ask(20)).toEqual([new Set(['fulfilled']), 1]);
	at += 601_000;
	shop.stripe.down = true;
	expect(await ask(3)).toEqual([new Set(['fulfilled']), 2]);
	expect(await ask(3)).toEqual([new Set(['fulfilled']), 0]);
});
