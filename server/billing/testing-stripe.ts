/** For tests: a server that answers like Stripe's API, with pages to pay and to cancel on, and sends its news, signed by the SDK. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import type { News } from './testing-books.ts';
import { Books } from './testing-books.ts';
import { checkoutPage, portalPage } from './testing-pages.ts';

export const testStripe = {
	secretKey: 'sk_test_sotto',
	webhookSecret: 'whsec_sotto',
	priceId: 'price_month'
} as const;

export type TestStripe = {
	/** Origin: what STRIPE_API is set to. */
	readonly url: string;
	readonly books: Books;
	/** Every request to the API as it came: method, path, query, body. */
	readonly told: readonly string[];
	/** Answers everything with an error of its own, as long as it is set. */
	down: boolean;
	/** Answers with an error of its own to whatever names one of these. */
	readonly stuck: Set<string>;
	/** Where news goes by itself after what somebody did on a page; without it, nowhere. */
	webhook: string | null;
	/** Resolves when somebody is about to be told of a subscription; `release` lets the answer go. */
	holdAnswer(): { readonly asked: Promise<unknown>; release(): void };
	stop(): Promise<void>;
};

type Answer = { readonly status: number; readonly body: object };
type Call = { readonly method: string; readonly path: string; readonly form: URLSearchParams };
type Hold = { readonly asked: () => void; readonly released: Promise<unknown> };

type Signing = { readonly secret?: string; readonly at?: number };

/** `at`: when, unix ms. */
export function signatureOf(body: string, { secret = testStripe.webhookSecret, at = Date.now() }: Signing = {}): string {
	return Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Math.floor(at / 1000) });
}

/** Sends one event as Stripe does. Resolves to the status. */
export async function sendNews(url: string, { body }: Pick<News, 'body'>, signature = signatureOf(body)): Promise<number> {
	const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
	return (await fetch(url, { method: 'POST', headers, body })).status;
}

export async function startTestStripe(port = 0): Promise<TestStripe> {
	const books = new Books();
	const told: string[] = [];
	const holds: Hold[] = [];
	const http = createServer((request, response) => {
		void serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
	});
	const serve = async (request: IncomingMessage, response: ServerResponse) => {
		const { pathname, searchParams } = new URL(request.url ?? '/', stripe.url);
		const body = await readText(request);
		const call: Call = {
			method: request.method ?? '',
			path: pathname,
			form: request.method === 'GET' ? searchParams : new URLSearchParams(body)
		};
		if (!pathname.startsWith('/v1/')) return servePage(stripe, call, response);
		const answer = () => {
			if (stripe.down || [...stripe.stuck].some((name) => pathname.includes(name))) return fault(503, 'down');
			const isOurs = request.headers.authorization === `Bearer ${testStripe.secretKey}`;
			return isOurs ? answerCall(stripe, call) : fault(401, 'no such key');
		};
		told.push(`${call.method} ${request.url ?? ''} ${decodeURIComponent(body)}`);
		if (call.method === 'GET' && pathname.startsWith('/v1/subscriptions/')) {
			const held = holds.shift();
			held?.asked();
			const before = answer(); // What was true when it was asked.
			await held?.released;
			return send(response, before);
		}
		send(response, answer());
	};
	await once(http.listen(port, '127.0.0.1'), 'listening');
	const stripe: TestStripe = {
		url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
		books,
		told,
		down: false,
		stuck: new Set(),
		webhook: null,
		holdAnswer: () => hold(holds),
		async stop() {
			http.closeAllConnections();
			http.close();
		}
	};
	return stripe;
}

function hold(holds: Hold[]): ReturnType<TestStripe['holdAnswer']> {
	const asked = Promise.withResolvers<null>();
	const released = Promise.withResolvers<null>();
	holds.push({ asked: () => asked.resolve(null), released: released.promise });
	return { asked: asked.promise, release: () => released.resolve(null) };
}

function answerCall({ books, url }: TestStripe, { method, path, form }: Call): Answer {
	const [, , kind = '', id = '', more = ''] = path.split('/');
	const found = (): object | null => {
		switch (`${method} ${kind}`) {
			case 'GET prices':
				return books.price(id);
			case 'POST checkout': // /v1/checkout/sessions[/id/expire]
				return more === '' ? withPage(books.openSession(form), url) : books.expire(more);
			case 'GET checkout':
				return books.session(more);
			case 'POST billing_portal':
				return { id: 'bps_1', object: 'billing_portal.session', url: portalUrl(url, form) };
			case 'GET subscriptions':
				return books.subscription(id, form.get('expand[0]') === 'latest_invoice');
			case 'POST subscriptions':
				return books.update(id, form);
			case 'DELETE subscriptions':
				return books.cancel(id);
			case 'GET invoices':
				return id === '' ? books.invoices(form) : books.invoice(id);
			case 'GET invoice_payments':
				return books.invoicePayments(form);
			case 'GET payment_intents':
				return books.paymentIntent(id);
			case 'POST refunds':
				return books.refund(form.get('payment_intent') ?? '');
			default:
				return null;
		}
	};
	const body = found();
	return body === null ? fault(404, 'resource_missing') : { status: 200, body };
}

function withPage(session: object | null, url: string): object | null {
	if (session === null || !('id' in session)) return session;
	return { ...session, url: `${url}/pay/${String(session.id)}` };
}

function portalUrl(url: string, form: URLSearchParams): string {
	const back = encodeURIComponent(form.get('return_url') ?? '');
	return `${url}/portal/${form.get('customer') ?? ''}?back=${back}`;
}

function fault(status: number, code: string): Answer {
	const type = status === 404 ? 'invalid_request_error' : 'api_error';
	return { status, body: { error: { type, code, message: code } } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What a person sees and presses. The news of it has arrived when the next page is shown. */
async function servePage(stripe: TestStripe, { method, path, form }: Call, response: ServerResponse): Promise<void> {
	const { books } = stripe;
	const [, kind = '', id = '', deed = ''] = path.split('/');
	const session = books.findSession(id);
	const subscription = books.subscriptions.find(({ customer }) => customer === id);
	const isPost = method === 'POST';
	if (kind === 'pay' && session !== null && !isPost) return show(response, checkoutPage(session));
	if (kind === 'portal' && subscription !== undefined && !isPost)
		return show(response, portalPage(subscription, form.get('back') ?? ''));
	if (kind === 'pay' && session !== null) books.pay(id);
	else if (kind === 'portal' && subscription !== undefined && deed === 'cancel') books.setEnd(subscription.id);
	else if (kind === 'portal' && subscription !== undefined && deed === 'pay') books.charge(subscription.id, true);
	else return void response.writeHead(404).end();
	await deliver(stripe);
	response.writeHead(303, { location: session?.successUrl ?? form.get('back') ?? '' }).end();
}

/** Throws when somebody doesn't take it. */
export async function deliver({ books, webhook }: TestStripe): Promise<void> {
	if (webhook === null) return;
	for (const news of books.takeNews()) {
		const status = await sendNews(webhook, news);
		if (status !== 200) throw new Error(`test: ${news.type} was answered with ${status}`);
	}
}

function show(response: ServerResponse, html: string): void {
	response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

async function readText(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const part of request.setEncoding('utf8')) text += String(part);
	return text;
}
