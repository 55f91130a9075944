/**
 * Payments by Stripe. Stripe learns a random reference of one checkout and never the account; of what it sends only kinds and
 * names are used, and what they mean is asked for: so news may come doubled, late, or in any order.
 */
import Stripe from 'stripe';
import { toHex } from '#protocol/bytes';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Payments, Price, Receipt } from './payments.ts';
import { asRefusal, isAway, isMissing } from './stripe-errors.ts';
import { subjectOf } from './stripe-events.ts';
import type { Ledger } from './stripe-ledger.ts';
import { createLedger } from './stripe-ledger.ts';
import { originKey, refKey } from './standing.ts';
import type { Subscription } from './subscriptions.ts';
import * as rows from './subscriptions.ts';

export type StripeSettings = {
	readonly secretKey: string;
	readonly webhookSecret: string;
	readonly priceId: string;
	/** Another address of the API, for tests and trials. */
	readonly api?: string;
};

export type StripePorts = Pick<Services, 'db' | 'origin' | 'metrics' | 'now' | 'randomBytes'>;

type House = StripePorts & { readonly stripe: Stripe; readonly settings: StripeSettings; readonly ledger: Ledger };

const requestTimeoutMs = 10_000;
const priceLifeMs = 600_000;
const failureLifeMs = 30_000;
/** Stripe takes half an hour to a day. */
const checkoutSeconds = 3_600;
/** A webhook older than this isn't believed, in seconds. */
const oldestSeconds = 300;
const refSize = 16;
const catchUpBatch = 100;
/** A subscription whose payments nobody can tell anything of for so long is ended. */
const forgetDays = 30;

export function createStripePayments(ports: StripePorts, settings: StripeSettings): Payments {
	const stripe = new Stripe(settings.secretKey, {
		...addressOf(settings.api),
		timeout: requestTimeoutMs,
		maxNetworkRetries: 1,
		telemetry: false
	});
	const house: House = { ...ports, stripe, settings, ledger: createLedger({ ...ports, stripe }) };
	return {
		price: cached(ports.now, () => readPrice(house)),
		checkout: (account) => asRefusal(checkout(house, account)),
		portal: (account) => asRefusal(portal(house, account)),
		cancel: (account) => asRefusal(cancel(house, account)),
		resume: (account) => asRefusal(resume(house, account)),
		receive: (body, signature) => receive(house, body, signature),
		catchUp: () => catchUp(house)
	};
}

function addressOf(api: string | undefined): Stripe.StripeConfig {
	if (api === undefined) return {};
	const { protocol, hostname, port } = new URL(api);
	const isPlain = protocol === 'http:';
	return { protocol: isPlain ? 'http' : 'https', host: hostname, port: port === '' ? (isPlain ? 80 : 443) : Number(port) };
}

/**
 * Anybody may ask, however often: Stripe is asked by one at a time, and not again at once after a failure. An old price is better
 * than none: what is paid stands on Stripe's page.
 */
function cached(now: () => number, read: () => Promise<Price>): () => Promise<Price> {
	let known: Promise<Price> | null = null;
	let until = 0;
	return () => {
		if (known !== null && now() < until) return known;
		const stale = known;
		const asked = asRefusal(read());
		until = Infinity;
		asked.then(
			() => (until = now() + priceLifeMs),
			() => (until = now() + failureLifeMs)
		);
		known = stale === null ? asked : asked.catch(() => stale);
		return known;
	};
}

async function readPrice({ stripe, settings }: House): Promise<Price> {
	const { unit_amount: amount, currency } = await stripe.prices.retrieve(settings.priceId);
	if (amount === null) throw new Error('stripe: expected a price with one amount');
	return { amount, currency };
}

/** Not a second subscription beside one that runs at Stripe: whoever asks for that is shown the first. */
async function checkout(house: House, account: Uint8Array): Promise<string> {
	const { db, stripe, settings, origin, now, randomBytes } = house;
	const running = await findPresent(house, account);
	if (running !== null) return openPortal(house, running);
	const ref = randomBytes(refSize);
	const earlier = await rows.beginCheckout(db, ref, account);
	await Promise.all(earlier.map((session) => expire(stripe, session)));
	const { id, url } = await stripe.checkout.sessions.create({
		mode: 'subscription',
		line_items: [{ price: settings.priceId, quantity: 1 }],
		client_reference_id: toHex(ref),
		subscription_data: { metadata: { [refKey]: toHex(ref), [originKey]: origin } },
		success_url: `${origin}/plan#paid`,
		cancel_url: `${origin}/plan#back`,
		expires_at: Math.floor(now() / 1000) + checkoutSeconds
	});
	if (url === null) throw new Error('stripe: a checkout without an address');
	await rows.nameCheckout(db, ref, id);
	return url;
}

/** One that is completed or over can't be, and needn't. */
async function expire(stripe: Stripe, session: string): Promise<void> {
	try {
		await stripe.checkout.sessions.expire(session);
	} catch (error) {
		if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
	}
}

async function portal(house: House, account: Uint8Array): Promise<string> {
	const found = await rows.findSubscription(house.db, account);
	if (found === null) throw new Refusal('ACCOUNT');
	return openPortal(house, found);
}

async function openPortal({ stripe, origin }: House, { customer }: Subscription): Promise<string> {
	const { url } = await stripe.billingPortal.sessions.create({ customer, return_url: `${origin}/plan` });
	return url;
}

async function cancel(house: House, account: Uint8Array): Promise<void> {
	const { stripe, ledger } = house;
	const { subscription, state } = await presentOf(house, account);
	// Otherwise the card that failed would go on being tried, for a month that nobody wants.
	if (state === 'failed') await stripe.subscriptions.cancel(subscription);
	else await stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
	await ledger.sync(subscription);
}

async function resume(house: House, account: Uint8Array): Promise<void> {
	const { stripe, ledger } = house;
	const { subscription, state } = await presentOf(house, account);
	if (state !== 'ending') throw new Refusal('ACCOUNT');
	const { cancel_at_period_end } = await stripe.subscriptions.retrieve(subscription);
	// Stripe's own pages may have set a date instead.
	await stripe.subscriptions.update(subscription, cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: '' });
	await ledger.sync(subscription);
}

/** As Stripe has it now: it may have ended there, and the news be lost or on the way. `null` when none is running. */
async function findPresent({ db, ledger }: House, account: Uint8Array): Promise<Subscription | null> {
	const known = await rows.findSubscription(db, account);
	if (known === null) return null;
	await ledger.sync(known.subscription);
	return rows.findSubscription(db, account);
}

/** Throws `ACCOUNT` when none is running. */
async function presentOf(house: House, account: Uint8Array): Promise<Subscription> {
	const found = await findPresent(house, account);
	if (found === null) throw new Refusal('ACCOUNT');
	return found;
}

async function receive(house: House, body: Uint8Array, signature: string): Promise<Receipt> {
	const { stripe, settings, ledger, now } = house;
	let event: Stripe.Event;
	try {
		event = stripe.webhooks.constructEvent(body, signature, settings.webhookSecret, oldestSeconds, undefined, now());
	} catch (error) {
		if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError) return 'forged';
		throw error;
	}
	const subscription = await subjectOf(stripe, event);
	if (subscription === null) return 'of no interest';
	return (await ledger.sync(subscription, event.id)) === 'repeated' ? 'repeated' : 'done';
}

/** One that can't be asked about keeps no others waiting. Rejects with the first error, after all; at once when Stripe is away. */
async function catchUp({ db, stripe, ledger }: House): Promise<number> {
	const faults: unknown[] = [];
	const each = async <Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<number> => {
		for (const item of items)
			await work(item).catch((error: unknown) => {
				if (isAway(error)) throw error;
				faults.push(error);
			});
		return items.length;
	};
	const checkouts = await each(await rows.oldCheckouts(db, catchUpBatch), async ({ ref, session }) => {
		const subscription = await boughtIn(stripe, session);
		// A slow payment, such as a bank's debit, may take days.
		if (subscription === null || (await ledger.sync(subscription)) !== 'new') await rows.dropCheckout(db, ref);
	});
	const overdue = await each(await rows.overdueSubscriptions(db, catchUpBatch), (subscription) => ledger.sync(subscription));
	const lost = await rows.lostSubscriptions(db, { limit: catchUpBatch, forgetDays });
	await each(lost, (subscription) => ledger.endLost(subscription, forgetDays));
	if (faults.length > 0) throw faults[0];
	return checkouts + overdue;
}

/** `null` when nothing was bought. */
async function boughtIn(stripe: Stripe, session: string): Promise<string | null> {
	try {
		const { subscription } = await stripe.checkout.sessions.retrieve(session);
		return subscription === null || typeof subscription === 'string' ? subscription : subscription.id;
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
}
