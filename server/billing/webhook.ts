/** The payment company's news over HTTP: docs/PROTOCOL.md §16.6. Its signature is over the bytes as they came, so nothing parses them before. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { placeOf } from '../log.ts';
import type { Services } from '../services.ts';
import type { Payments } from './payments.ts';

export const webhookPath = '/stripe/webhook';
/** An event has a few thousand bytes. */
const maxBytes = 262_144;

type Ports = Pick<Services, 'log' | 'metrics'> & { readonly payments: Payments };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export function createWebhook(ports: Ports): Handler {
	return (request, response) => void answer(ports, request).then((status) => end(response, status));
}

function end(response: ServerResponse, status: number): void {
	// What wasn't read of a body that is too large is not waited for.
	if (status === 413) response.setHeader('connection', 'close');
	response.writeHead(status, { 'content-length': 0 }).end();
}

/** Resolves to the status. 400: don't send that again; 500: do. Says nothing of what it was about, to anybody. */
async function answer({ log, metrics, payments }: Ports, request: IncomingMessage): Promise<number> {
	if (request.method !== 'POST') return 405;
	try {
		const body = await readBody(request);
		if (body === null) return 413;
		const receipt = await payments.receive(body, String(request.headers['stripe-signature'] ?? ''));
		metrics.add(receipt === 'forged' ? 'payment_news_refused_total' : 'payment_news_total');
		return receipt === 'forged' ? 400 : 200;
	} catch (error) {
		log.error('payment news', { code: error instanceof Error ? error.constructor.name : '', at: placeOf(error) });
		return 500;
	}
}

/** `null` when there is more than may be. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
	if (Number(request.headers['content-length'] ?? 0) > maxBytes) return null;
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
		size += part.length;
		if (size > maxBytes) return null;
		parts.push(part);
	}
	return Buffer.concat(parts);
}
