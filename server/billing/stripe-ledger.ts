/** Keeps what is written of a subscription to what Stripe says of it now, in one transaction under one lock. */
import type Stripe from 'stripe';
import type { Statements } from '../db/client.ts';
import type { Services } from '../services.ts';
import type { Standing } from './standing.ts';
import { idOf, latestInvoice, standingOf } from './standing.ts';
import { isMissing } from './stripe-errors.ts';
import type { Applied } from './subscriptions.ts';
import { applyStanding, endSubscription, isLostStill, isNoted, lockSubscription, noteEvent } from './subscriptions.ts';

export type Ledger = {
	/** `event`: what made us ask. `repeated`: that was done before; nothing was asked then. */
	sync(subscription: string, event?: string): Promise<Applied | 'repeated'>;
	/** Ends it at Stripe, and writes that, unless it has been paid for meanwhile. `forgetDays`: as in `lostSubscriptions`. */
	endLost(subscription: string, forgetDays: number): Promise<void>;
};

type Ports = Pick<Services, 'db' | 'origin' | 'metrics' | 'now'> & { readonly stripe: Stripe };

/** One at a time in this process: each holds a connection of the pool while Stripe is asked, and others need them more. */
export function createLedger(ports: Ports): Ledger {
	let last: Promise<unknown> = Promise.resolve();
	const together = <Result>(work: (sql: Statements) => Promise<Result>) => ports.db.sql.begin(work) as Promise<Result>;
	const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
		const mine = last.then(work);
		last = mine.catch(() => undefined); // Whoever asked for it is told.
		return mine;
	};
	const settle = async (sql: Statements, subscription: string): Promise<Applied> => {
		await lockSubscription(sql, subscription);
		const asked = await ask(ports, subscription);
		if (asked === null) {
			await endSubscription(sql, { subscription });
			return 'kept';
		}
		const { standing, refunded } = asked;
		// One whose last payment was given back is ended, so that it takes no other: ours, that is, whoever else sells by this account of Stripe's.
		if (refunded && standing.state !== 'ended' && standing.ref !== null) await cancelNow(ports.stripe, subscription);
		const written: Standing = refunded ? { ...standing, state: 'ended' } : standing;
		const applied = await applyStanding(sql, written);
		if (applied === 'surplus' || (applied === 'nobody’s' && isLost(ports, written))) {
			await giveBack(ports.stripe, subscription);
			ports.metrics.add('payments_returned_total');
		}
		return applied;
	};
	return {
		sync: (subscription, event) =>
			inTurn(async () => {
				if (event !== undefined && (await isNoted(ports.db, event))) return 'repeated';
				const applied = await together((sql) => settle(sql, subscription));
				// Not in one transaction: its number would say which account the event was about.
				if (event !== undefined) await noteEvent(ports.db, event);
				return applied;
			}),
		endLost: (subscription, forgetDays) =>
			inTurn(() =>
				together(async (sql) => {
					// What was true when it was looked for may not be any more, and what is paid is not cancelled.
					await settle(sql, subscription);
					if (!(await isLostStill(sql, subscription, forgetDays))) return;
					await cancelNow(ports.stripe, subscription);
					await settle(sql, subscription);
				})
			)
	};
}

/** Somebody pays for a checkout of this server that nothing here knows any more, and would have nothing for it. */
function isLost({ origin }: Ports, standing: Standing): boolean {
	return standing.ref !== null && standing.origin === origin && standing.isPaid && standing.state !== 'ended';
}

type Asked = { readonly standing: Standing; readonly refunded: boolean };

/** `null` when Stripe knows no such subscription. */
async function ask({ stripe, now }: Ports, id: string): Promise<Asked | null> {
	const subscription = await retrieve(stripe, id);
	if (subscription === null) return null;
	const invoice = await lastPaid(stripe, subscription);
	const refunded = invoice !== null && (await isRefunded(stripe, invoice));
	return { standing: standingOf(subscription, refunded, now()), refunded };
}

/** The name of the last invoice that was paid: the newest may be a draft, or unpaid. */
async function lastPaid(stripe: Stripe, subscription: Stripe.Subscription): Promise<string | null> {
	const latest = latestInvoice(subscription);
	if (latest?.status === 'paid') return latest.id;
	const { data } = await stripe.invoices.list({ subscription: subscription.id, status: 'paid', limit: 1 });
	return data[0]?.id ?? null;
}

async function retrieve(stripe: Stripe, id: string): Promise<Stripe.Subscription | null> {
	try {
		return await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
}

async function cancelNow(stripe: Stripe, id: string): Promise<void> {
	try {
		await stripe.subscriptions.cancel(id);
	} catch (error) {
		// Ended already: that is what was wanted.
		if (!isMissing(error)) throw error;
	}
}

/** In full: part of a month given back ends nothing. */
async function isRefunded(stripe: Stripe, invoice: string): Promise<boolean> {
	for (const intent of await intentsOf(stripe, invoice)) {
		const { latest_charge: charge } = await stripe.paymentIntents.retrieve(intent, { expand: ['latest_charge'] });
		if (charge !== null && typeof charge !== 'string' && charge.refunded) return true;
	}
	return false;
}

async function intentsOf(stripe: Stripe, invoice: string): Promise<readonly string[]> {
	const { data } = await stripe.invoicePayments.list({ invoice, status: 'paid' });
	return data.flatMap(({ payment }) => (payment.payment_intent === undefined ? [] : [idOf(payment.payment_intent)]));
}

/** Ends what nobody has anything of, and returns its last payment. The keys let a repetition do nothing new. */
async function giveBack(stripe: Stripe, id: string): Promise<void> {
	const subscription = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
	const invoice = latestInvoice(subscription);
	for (const intent of invoice === null ? [] : await intentsOf(stripe, invoice.id)) {
		await stripe.refunds.create({ payment_intent: intent }, { idempotencyKey: `surplus-${intent}` });
	}
	await cancelNow(stripe, id);
}
