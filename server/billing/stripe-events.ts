/** Which subscription an event of Stripe's is about. */
import type Stripe from 'stripe';
import { idOf } from './standing.ts';

/** The kinds that are listened to; docs/OPERATIONS.md tells the operator to choose them. */
export const eventKinds = [
	'checkout.session.completed',
	'checkout.session.async_payment_succeeded',
	'customer.subscription.created',
	'customer.subscription.updated',
	'customer.subscription.deleted',
	'customer.subscription.paused',
	'customer.subscription.resumed',
	'invoice.paid',
	'invoice.payment_failed',
	'charge.refunded'
] as const satisfies readonly Stripe.Event['type'][];

/**
 * `null` for kinds that aren't listened to, and for what has no subscription. Only names are taken from the event: its other
 * fields have the form of the API's version that the operator has chosen, and may be old.
 */
export async function subjectOf(stripe: Stripe, event: Stripe.Event): Promise<string | null> {
	switch (event.type) {
		case 'checkout.session.completed':
		case 'checkout.session.async_payment_succeeded':
			return event.data.object.subscription === null ? null : idOf(event.data.object.subscription);
		case 'customer.subscription.created':
		case 'customer.subscription.updated':
		case 'customer.subscription.deleted':
		case 'customer.subscription.paused':
		case 'customer.subscription.resumed':
			return event.data.object.id;
		case 'invoice.paid':
		case 'invoice.payment_failed':
			return ofInvoice(stripe, event.data.object.id);
		case 'charge.refunded':
			return event.data.object.payment_intent === null ? null : ofPayment(stripe, idOf(event.data.object.payment_intent));
		default:
			return null;
	}
}

async function ofInvoice(stripe: Stripe, id: string): Promise<string | null> {
	const { parent } = await stripe.invoices.retrieve(id);
	const subscription = parent?.subscription_details?.subscription;
	return subscription === undefined ? null : idOf(subscription);
}

async function ofPayment(stripe: Stripe, intent: string): Promise<string | null> {
	const { data } = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent }, limit: 1 });
	return data[0] === undefined ? null : ofInvoice(stripe, idOf(data[0].invoice));
}
