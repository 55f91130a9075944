/** What a subscription of Stripe's means for Pro. Pure: states and days of what Stripe says, no clock and no database. */
import type Stripe from 'stripe';
import { fromHex } from '#protocol/bytes';

/** `new`: begun and never paid. `ended`: nothing comes of it any more. */
export type StandingState = 'new' | 'active' | 'failed' | 'ending' | 'ended';

export type Standing = {
	readonly subscription: string;
	readonly customer: string;
	/** Of the checkout in which it began; `null` when it was none of ours. */
	readonly ref: Uint8Array | null;
	/** Of the server whose checkout that was, such as `https://rooms.example`. */
	readonly origin: string | null;
	readonly state: StandingState;
	/** The last day (UTC) that it pays for, as 2026-11-21. */
	readonly paidUntil: string;
	/** Whether the running period is paid for; `paidUntil` has days of grace otherwise. */
	readonly isPaid: boolean;
};

/** Pro goes on so long after a payment that did not go through, in seconds, while Stripe tries again. */
export const graceSeconds = 7 * 86_400;
/** What a checkout of ours is known by among Stripe's metadata. */
export const refKey = 'sotto_checkout';
/** And the server that began it, among others that sell by the same account of Stripe's. */
export const originKey = 'sotto_origin';
const refForm = /^[0-9a-f]{32}$/;

/** `subscription`: with its `latest_invoice` in full. `refunded`: whether the last payment was given back, which ends Pro the day before `now` (unix ms). */
export function standingOf(subscription: Stripe.Subscription, refunded: boolean, now: number): Standing {
	const { id, customer, metadata } = subscription;
	const ref = metadata[refKey] ?? '';
	return {
		subscription: id,
		customer: idOf(customer),
		ref: refForm.test(ref) ? fromHex(ref) : null,
		origin: metadata[originKey] ?? null,
		state: stateOf(subscription),
		paidUntil: refunded ? dayOf(now / 1000 - 86_400) : dayOf(paidUntil(subscription)),
		isPaid: isPaid(subscription)
	};
}

export function idOf(named: string | { readonly id: string }): string {
	return typeof named === 'string' ? named : named.id;
}

/** `null` when it was not asked for in full, or there is none. */
export function latestInvoice({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice | null {
	return invoice === null || typeof invoice === 'string' ? null : invoice;
}

function stateOf({ status, cancel_at, cancel_at_period_end }: Stripe.Subscription): StandingState {
	if (status === 'canceled' || status === 'incomplete_expired') return 'ended';
	if (status === 'incomplete') return 'new';
	if (status !== 'active' && status !== 'trialing') return 'failed';
	return cancel_at_period_end || cancel_at !== null ? 'ending' : 'active';
}

function isPaid(subscription: Stripe.Subscription): boolean {
	return latestInvoice(subscription)?.status === 'paid';
}

/** Unix seconds. Stripe begins a period before it is paid for: until then what was paid is what came before. */
function paidUntil(subscription: Stripe.Subscription): number {
	const { items, status, cancel_at, ended_at, cancellation_details } = subscription;
	const period = items.data[0];
	if (period === undefined) throw new Error('stripe: a subscription without a price');
	const end = isPaid(subscription) ? period.current_period_end : period.current_period_start + graceSeconds;
	// Stripe may give up before the days of grace are over.
	if (status === 'canceled' && cancellation_details?.reason === 'payment_failed') return end;
	return Math.min(end, cancel_at ?? end, ended_at ?? end);
}

function dayOf(seconds: number): string {
	return new Date(seconds * 1000).toISOString().slice(0, 10);
}
