/** The whole server but for its port: GraphQL over HTTP and WebSocket, its health, its counters, and the pages. */
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { clientAddress, parseTrustedProxies } from './access/address.ts';
import { createChallenge } from './access/challenge.ts';
import { createWebhook, webhookPath } from './billing/webhook.ts';
import { createHttp } from './graphql/http.ts';
import { createMask } from './graphql/mask.ts';
import type { PersistedDocuments } from './graphql/operations.ts';
import { createOperations } from './graphql/operations.ts';
import { schema } from './graphql/schema.ts';
import { createSockets } from './graphql/websocket.ts';
import { commonHeaders } from './http/headers.ts';
import { pathOf } from './http/path.ts';
import { createRefuse } from './http/refuse.ts';
import type { Services } from './services.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type AppOptions = {
	readonly persisted: PersistedDocuments;
	/** Answers everything that isn't ours. */
	readonly pages: Handler;
	/** Addresses and ranges of proxies whose X-Forwarded-For is believed. */
	readonly trustedProxies?: readonly string[];
};

export type App = {
	/** For `http.createServer`: limits of docs/PROTOCOL.md §17 on headers and slow bodies. */
	readonly serverOptions: ServerOptions;
	readonly handle: Handler;
	readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
	/** For the server's `clientError`: what is no request gets our headers too. */
	readonly clientError: (error: Error, socket: Duplex) => void;
	/** Closes every socket with 1012, so that clients come back to whoever listens next. */
	readonly close: () => Promise<void>;
};

const serverOptions: ServerOptions = {
	maxHeaderSize: 8_192,
	headersTimeout: 10_000,
	requestTimeout: 15_000,
	connectionsCheckingInterval: 5_000
};
/** How long a closing socket may take to say good-bye, in milliseconds. */
const closeGraceMs = 2_000;

export function createApp(services: Services, { persisted, pages, trustedProxies = [] }: AppOptions): App {
	const trusted = parseTrustedProxies(trustedProxies);
	const addressOf = ({ socket, headers }: IncomingMessage) => {
		const forwarded = headers['x-forwarded-for'];
		return clientAddress(socket.remoteAddress ?? '', typeof forwarded === 'string' ? forwarded : undefined, trusted);
	};
	const { addresses } = services.access;
	const prefixOf = (request: IncomingMessage) => addresses.prefix(addressOf(request));
	const refuse = createRefuse(services.origin);
	const shared = { services, schema, operations: createOperations(schema, persisted), mask: createMask(services), prefixOf };
	const graphql = createHttp(shared);
	const sockets = createSockets({
		...shared,
		networkOf: (request) => addresses.network(addressOf(request)),
		refuse: refuse.upgrade,
		createChallenge: () => createChallenge(services.randomBytes, services.now()),
		onLost: (session) => services.access.sessions.lost(session)
	});
	services.metrics.gauge('readers', 'Subscriptions to rooms.', () => services.feeds.readers());
	services.metrics.gauge('sessions', 'Sessions in rooms.', () => services.access.sessions.count());

	const { payments } = services;
	const routes: Readonly<Record<string, Handler>> = {
		'/graphql': graphql,
		'/healthz': (_request, response) => say(response, 200, 'ok'),
		'/readyz': (_request, response) =>
			void isReady(services).then((ready) => say(response, ready ? 200 : 503, ready ? 'ready' : 'not ready')),
		[webhookPath]:
			payments === null ? (_request, response) => say(response, 404, 'not found') : createWebhook({ ...services, payments }),
		// The service worker takes what is shared with the app; where there is none it isn't even read, and the page says so.
		'/share': (_request, response) => void response.writeHead(303, { location: '/#share' }).end(),
		'/metrics': (_request, response) => say(response, 200, services.metrics.text())
	};
	const headers = Object.entries(commonHeaders(services.origin));
	return {
		serverOptions,
		handle(request, response) {
			const route = routes[pathOf(request)];
			if (route === undefined) return pages(request, response);
			for (const [name, value] of headers) response.setHeader(name, value);
			response.setHeader('cache-control', 'no-store');
			route(request, response);
		},
		upgrade(request, socket, head) {
			if (pathOf(request) === '/graphql') return sockets.upgrade(request, socket, head);
			refuse.upgrade(socket, '404 Not Found');
		},
		clientError: refuse.fault,
		close: () => sockets.close(closeGraceMs)
	};
}

function say(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

async function isReady({ db }: Services): Promise<boolean> {
	try {
		await db.sql`select 1`;
		return true;
	} catch {
		return false;
	}
}
