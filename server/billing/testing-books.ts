/** For tests: what Stripe has in its books, and what happens there. Forms as of the API's version that the SDK speaks. */
import { randomBytes } from 'node:crypto';

const periodSeconds = 30 * 86_400;
const price = { amount: 400, currency: 'eur' };

type Session = {
	readonly id: string;
	readonly ref: string;
	readonly metadata: Readonly<Record<string, string>>;
	readonly successUrl: string;
	readonly cancelUrl: string;
	status: 'open' | 'complete' | 'expired';
	subscription: string | null;
};
type Subscription = {
	readonly id: string;
	readonly customer: string;
	readonly metadata: Readonly<Record<string, string>>;
	status: 'incomplete' | 'active' | 'past_due' | 'canceled';
	start: number;
	end: number;
	atPeriodEnd: boolean;
	/** As Stripe's own pages may set it instead. */
	cancelAt: number | null;
	endedAt: number | null;
	reason: string | null;
	invoice: string;
};
type Invoice = { readonly id: string; readonly subscription: string; status: 'open' | 'paid' | 'draft'; readonly intent: string };
/** An event as it is sent, in its bytes. */
export type News = { readonly id: string; readonly type: string; readonly body: string };

/** `null`: Stripe knows nothing by that name. */
type Found = object | null;

function name(kind: string): string {
	return `${kind}_${randomBytes(12).toString('hex')}`;
}

export class Books {
	readonly #sessions = new Map<string, Session>();
	readonly #subscriptions = new Map<string, Subscription>();
	readonly #invoices = new Map<string, Invoice>();
	readonly #refunded = new Set<string>();
	#news: News[] = [];

	/** What happened since the last call, in order. */
	takeNews(): readonly News[] {
		return this.#news.splice(0);
	}

	get subscriptions(): readonly Subscription[] {
		return [...this.#subscriptions.values()];
	}

	/** Names of the payments that were given back. */
	get refunded(): readonly string[] {
		return [...this.#refunded];
	}

	/** The newest subscription. */
	get last(): Subscription {
		const last = this.subscriptions.at(-1);
		if (last === undefined) throw new Error('test: nobody has subscribed');
		return last;
	}

	findSession(id: string): Session | null {
		return this.#sessions.get(id) ?? null;
	}

	openSession(form: URLSearchParams): Found {
		const metadata = Object.fromEntries(
			[...form].flatMap(([key, value]) => {
				const found = /^subscription_data\[metadata\]\[(\w+)\]$/.exec(key)?.[1];
				return found === undefined ? [] : [[found, value]];
			})
		);
		const session: Session = {
			id: name('cs_test'),
			ref: form.get('client_reference_id') ?? '',
			metadata,
			successUrl: form.get('success_url') ?? '',
			cancelUrl: form.get('cancel_url') ?? '',
			status: 'open',
			subscription: null
		};
		this.#sessions.set(session.id, session);
		return this.session(session.id);
	}

	/** Somebody pays on the page of the checkout by their bank, which takes days: then comes `charge`. Gives the subscription's name. */
	order(session: string): string {
		const id = this.pay(session);
		const sub = this.#get(id);
		sub.status = 'incomplete';
		this.#invoices.set(sub.invoice, { id: sub.invoice, subscription: id, status: 'open', intent: this.intentOf(id) });
		return id;
	}

	/** Somebody pays on the page of the checkout. `daysAgo`: when the first period began. Gives the subscription's name. */
	pay(session: string, daysAgo = 0): string {
		const opened = this.#sessions.get(session);
		if (opened?.status !== 'open') throw new Error('test: this checkout is over');
		const start = Math.floor(Date.now() / 1000) - daysAgo * 86_400;
		const id = name('sub');
		const subscription: Subscription = {
			id,
			customer: name('cus'),
			metadata: opened.metadata,
			status: 'active',
			start,
			end: start + periodSeconds,
			atPeriodEnd: false,
			cancelAt: null,
			endedAt: null,
			reason: null,
			invoice: this.#bill(id, 'paid')
		};
		this.#subscriptions.set(id, subscription);
		opened.status = 'complete';
		opened.subscription = id;
		this.#tell('checkout.session.completed', this.session(session));
		this.#tell('customer.subscription.created', this.subscription(id));
		this.#tell('invoice.paid', this.invoice(subscription.invoice));
		return id;
	}

	/** The next period begins; Stripe takes the money an hour later, with `charge`. */
	beginPeriod(id: string): void {
		this.#change(id, (sub) => ({ start: sub.end, end: sub.end + periodSeconds, invoice: this.#bill(id, 'draft') }));
	}

	charge(id: string, worked: boolean): void {
		const invoice = this.#invoices.get(this.#get(id).invoice);
		if (invoice === undefined) throw new Error('test: nothing to pay');
		invoice.status = worked ? 'paid' : 'open';
		this.#tell(worked ? 'invoice.paid' : 'invoice.payment_failed', this.invoice(invoice.id));
		this.#change(id, () => ({ status: worked ? 'active' : 'past_due' }));
	}

	renew(id: string, worked = true): void {
		this.beginPeriod(id);
		this.charge(id, worked);
	}

	refund(intent: string): Found {
		this.#refunded.add(intent);
		this.#tell('charge.refunded', this.#chargeOf(intent));
		return { id: name('re'), object: 'refund', payment_intent: intent, status: 'succeeded' };
	}

	/** The payment of the last invoice. */
	intentOf(id: string): string {
		return this.#invoices.get(this.#get(id).invoice)?.intent ?? '';
	}

	/** At once, whoever wanted it; `reason` as Stripe names it. */
	cancel(id: string, reason = 'cancellation_requested', endedAt = Math.floor(Date.now() / 1000)): Found {
		const sub = this.#subscriptions.get(id);
		if (sub === undefined || sub.status === 'canceled') return null;
		Object.assign(sub, { status: 'canceled', endedAt, reason });
		this.#tell('customer.subscription.deleted', this.subscription(id));
		return this.subscription(id);
	}

	/** What was cancelled before ends. */
	endPeriod(id: string): void {
		this.cancel(id, 'cancellation_requested', this.#get(id).end);
	}

	update(id: string, form: URLSearchParams): Found {
		if (!this.#subscriptions.has(id)) return null;
		const atPeriodEnd = form.get('cancel_at_period_end');
		if (atPeriodEnd !== null) this.#change(id, () => ({ atPeriodEnd: atPeriodEnd === 'true' }));
		if (form.get('cancel_at') === '') this.#change(id, () => ({ cancelAt: null }));
		return this.subscription(id);
	}

	/** As Stripe's own pages cancel. */
	setEnd(id: string): void {
		this.#change(id, (sub) => ({ cancelAt: sub.end }));
	}

	expire(id: string): Found {
		const session = this.#sessions.get(id);
		if (session?.status !== 'open') return null;
		session.status = 'expired';
		return this.session(id);
	}

	price(id: string): Found {
		return { id, object: 'price', unit_amount: price.amount, currency: price.currency };
	}

	session(id: string, page = ''): Found {
		const session = this.#sessions.get(id);
		if (session === undefined) return null;
		const { ref, status, subscription } = session;
		return {
			id,
			object: 'checkout.session',
			mode: 'subscription',
			client_reference_id: ref,
			status,
			subscription,
			url: status === 'open' ? page : null
		};
	}

	subscription(id: string, isFull = false): Found {
		const sub = this.#subscriptions.get(id);
		if (sub === undefined) return null;
		const { customer, metadata, status, start, end, atPeriodEnd, cancelAt, endedAt, reason, invoice } = sub;
		return {
			id,
			object: 'subscription',
			customer,
			metadata,
			status,
			cancel_at: cancelAt ?? (atPeriodEnd ? end : null),
			cancel_at_period_end: atPeriodEnd,
			ended_at: endedAt,
			cancellation_details: { reason },
			items: { object: 'list', data: [{ id: 'si_1', current_period_start: start, current_period_end: end }] },
			latest_invoice: isFull ? this.invoice(invoice) : invoice
		};
	}

	invoice(id: string): Found {
		const invoice = this.#invoices.get(id);
		if (invoice === undefined) return null;
		const { subscription, status } = invoice;
		return { id, object: 'invoice', status, parent: { type: 'subscription_details', subscription_details: { subscription } } };
	}

	/** Newest first. */
	invoices(query: URLSearchParams): Found {
		const found = [...this.#invoices.values()].filter(
			({ subscription, status }) => subscription === query.get('subscription') && status === query.get('status')
		);
		const data = found.reverse().slice(0, Number(query.get('limit') ?? 10));
		return { object: 'list', has_more: false, data: data.map(({ id }) => this.invoice(id)) };
	}

	invoicePayments(query: URLSearchParams): Found {
		const intent = query.get('payment[payment_intent]');
		const found = [...this.#invoices.values()].filter(
			(each) => (each.id === query.get('invoice') && each.status === 'paid') || each.intent === intent
		);
		const data = found.map((each) => ({
			id: `inpay_${each.id}`,
			object: 'invoice_payment',
			invoice: each.id,
			payment: { type: 'payment_intent', payment_intent: each.intent }
		}));
		return { object: 'list', has_more: false, data };
	}

	paymentIntent(id: string): Found {
		return { id, object: 'payment_intent', latest_charge: this.#chargeOf(id) };
	}

	#chargeOf(intent: string) {
		return { id: `ch_${intent}`, object: 'charge', payment_intent: intent, refunded: this.#refunded.has(intent) };
	}

	#bill(subscription: string, status: Invoice['status']): string {
		const id = name('in');
		this.#invoices.set(id, { id, subscription, status, intent: name('pi') });
		return id;
	}

	#get(id: string): Subscription {
		const sub = this.#subscriptions.get(id);
		if (sub === undefined) throw new Error('test: no such subscription');
		return sub;
	}

	#change(id: string, change: (sub: Subscription) => Partial<Subscription>): void {
		const sub = this.#get(id);
		Object.assign(sub, change(sub));
		this.#tell('customer.subscription.updated', this.subscription(id));
	}

	#tell(type: string, object: Found): void {
		const id = name('evt');
		this.#news.push({ id, type, body: JSON.stringify({ id, object: 'event', type, data: { object } }) });
	}
}
