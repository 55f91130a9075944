/** Vouchers and a subscription of one account: days of both are days of Pro, one after the other. */
import { expect, test } from 'vitest';
import { month, useShop } from './testing-shop.ts';
import { dayIn, newAccount, readAt } from './testing.ts';

const shop = useShop();

test('days of a voucher stand behind those of the subscription, and move with its early end', async () => {
	const { account, id } = await shop.subscribe();
	await shop.redeem(account, 5);
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month + 5), subscription: 'active' });
	shop.stripe.books.refund(shop.stripe.books.intentOf(id));
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(5), subscription: null });
});

test('days of a voucher move with each renewal, and come after a subscription that was cancelled', async () => {
	const { account, id } = await shop.subscribe(29);
	await shop.redeem(account, 30);
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(1 + 30), subscription: 'active' });
	shop.stripe.books.renew(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(1 + month + 30), subscription: 'active' });
	await shop.press('cancelSubscription', account);
	shop.stripe.books.endPeriod(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(1 + month + 30), subscription: null });
});

test('days of a voucher that is redeemed on the subscription’s last day are not its renewal’s', async () => {
	const { account, id } = await shop.subscribe(month);
	await shop.redeem(account, 30);
	shop.stripe.books.renew(id);
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month + 30), subscription: 'active' });
});

test('days of vouchers that came before the subscription stand behind it', async () => {
	const account = newAccount();
	await shop.redeem(account, 45);
	const id = shop.stripe.books.pay(await shop.begin(account));
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(month + 45), subscription: 'active' });
	await shop.redeem(account, 45);
	shop.stripe.books.refund(shop.stripe.books.intentOf(id));
	await shop.tellAll();
	expect(await readAt(shop.server, account)).toEqual({ paidUntil: dayIn(90), subscription: null });
});
