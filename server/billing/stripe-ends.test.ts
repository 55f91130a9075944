/** Payments that fail or are given back, and subscriptions that end, over the same server as stripe.test.ts. */
import { expect, test } from 'vitest';
import { codeIn } from '../testing-people.ts';
import { grace, month, useShop } from './testing-shop.ts';
import { askTokens, dayIn, readAt } from './testing.ts';

const shop = useShop();

test('after a payment that failed Pro lasts seven days from the end of what was paid, and no longer', async () => {
	const within = await shop.subscribe(month + 3);
	shop.stripe.books.renew(within.id, false);
	const past = await shop.subscribe(month + grace + 1);
	shop.stripe.books.renew(past.id, false);
	await shop.tellAll();
	expect(await readAt(shop.server, within.account)).toEqual({ paidUntil: dayIn(grace - 3), subscription: 'failed' });
	expect(await readAt(shop.server, past.account)).toBe('ACCOUNT');
	expect(codeIn(await askTokens(shop.server, past.account, 1))).toBe('ACCOUNT');
	shop.stripe.books.charge(past.id, true);
	await shop.tellAll();
	expect(await readAt(shop.server, past.account)).toEqual({ paidUntil: dayIn(month - grace - 1), subscription: 'active' });
});

test('a second period that nobody paid for brings no days of grace of its own, nor does its end', async () => {
	const { account, id } = await shop.subscribe(2 * month + 1);
	shop.stripe.books.renew(id, false);
	await shop.tellAll();
	await shop.redeem(account, 40);
	shop.stripe.books.beginPeriod(id);
	await shop.tellAll();
	shop.stripe.books.charge(id, false);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(40), subscription: 'failed' });
	expect(await shop.lastDay(account)).toBe(dayIn(grace - month - 1));
	shop.stripe.books.cancel(id, 'payment_failed');
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(40), subscription: null });
});

test('when Stripe gives up before the days of grace are over, they are kept', async () => {
	const { account, id } = await shop.subscribe(month + 1);
	shop.stripe.books.renew(id, false);
	shop.stripe.books.cancel(id, 'payment_failed');
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(grace - 1), subscription: null });
});

test('who cancels after a failed payment pays nothing more', async () => {
	const { account, id } = await shop.subscribe(month + 1);
	shop.stripe.books.renew(id, false);
	await shop.tellAll();
	expect(await shop.press('cancelSubscription', account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	expect(shop.stripe.books.last.status).toBe('canceled');
});

test('who cancels when the days of grace are over is told what was the last day', async () => {
	const { account, id } = await shop.subscribe(month + grace + 1);
	shop.stripe.books.renew(id, false);
	await shop.tellAll();
	expect(await shop.press('cancelSubscription', account)).toEqual({ paidUntil: dayIn(-1), subscription: null });
	expect(shop.stripe.books.last.status).toBe('canceled');
	expect(await shop.press('cancelSubscription', account)).toBe('ACCOUNT');
});

test('a failed subscription that has ended at Stripe keeps nobody from another, though no news of it came', async () => {
	const { account, id } = await shop.subscribe(month + 1);
	shop.stripe.books.renew(id, false);
	await shop.tellAll();
	shop.stripe.books.cancel(id, 'payment_failed');
	shop.stripe.books.takeNews();
	shop.stripe.books.pay(await shop.begin(account));
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toMatchObject({ subscription: 'active' });
});

test('what was refunded ends now, here and at Stripe, whichever news comes last', async () => {
	const { account, id } = await shop.subscribe();
	shop.stripe.books.refund(shop.stripe.books.intentOf(id));
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toBe('ACCOUNT');
	expect(shop.stripe.books.last.status).toBe('canceled');
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toBe('ACCOUNT');
	expect(await shop.countRows()).toEqual({ subscriptions: 0, checkouts: 0 });
});

test('the last month that was paid for may be refunded while the next is a draft or unpaid; one before it changes nothing', async () => {
	for (const next of ['draft', 'unpaid'] as const) {
		const { account, id } = await shop.subscribe();
		const first = shop.stripe.books.intentOf(id);
		shop.stripe.books.renew(id);
		const second = shop.stripe.books.intentOf(id);
		if (next === 'draft') shop.stripe.books.beginPeriod(id);
		else shop.stripe.books.renew(id, false);
		shop.stripe.books.refund(first);
		await shop.tellAll();
		expect(await readAt(shop.server, account)).toMatchObject({ paidUntil: dayIn(2 * month + grace) });
		shop.stripe.books.refund(second);
		await shop.tellAll();
		expect(await readAt(shop.server, account), next).toBe('ACCOUNT');
		expect(shop.stripe.books.last.status).toBe('canceled');
	}
});

test('a subscription that is deleted at Stripe ends with this day', async () => {
	const { account, id } = await shop.subscribe();
	shop.stripe.books.cancel(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(0), subscription: null });
});

test('a refund of what somebody else sells by the same account of Stripe’s is no business of ours', async () => {
	const other = shop.stripe.books.openSession(new URLSearchParams({ client_reference_id: 'another shop' }));
	const id = shop.stripe.books.pay(other !== null && 'id' in other ? String(other.id) : '');
	shop.stripe.books.refund(shop.stripe.books.intentOf(id));
	await shop.tellAll();
	expect(shop.stripe.books.last.status).toBe('active');
	expect(await shop.countRows()).toEqual({ subscriptions: 0, checkouts: 0 });
});

test('what has ended at Stripe can’t be cancelled or resumed here, though no news of it came yet', async () => {
	for (const name of ['cancelSubscription', 'resumeSubscription'] as const) {
		const { account, id } = await shop.subscribe();
		shop.stripe.books.cancel(id);
		expect(await shop.press(name, account)).toBe('ACCOUNT');
		expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(0), subscription: null });
	}
});
