/**
 * One socket, which is one try at joining: the server hands out a challenge with it that is good once (docs/PROTOCOL.md §5). It
 * never reconnects by itself; whoever holds it opens the next one, with a new proof.
 */
import { Client, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import type { Client as SocketClient, FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws';
import { decodeBase64url } from '#protocol/base64url';
import type { Bytes } from '#protocol/bytes';
import { closeCodes } from '#protocol/limits';
import { persisted } from './client.ts';
import { ApiFailure } from './failure.ts';

export type Connection = {
	readonly client: Client;
	readonly challenge: Bytes;
	/** The server's clock as it said hello, unix ms. */
	readonly now: number;
	/** Resolves with the close code when the socket is gone, whoever closed it. */
	readonly closed: Promise<number>;
	close(): void;
};

const keepAliveMs = 15_000;
const pongWaitMs = 10_000;
const ackWaitMs = 10_000;
const openWaitMs = 10_000;

/** The room's operation always bears one name, so that the server can send one frame to all its readers. */
function operationId(): (payload: SubscribePayload) => string {
	let count = 0;
	return (payload) => (payload.operationName === 'Room' ? 'room' : String(++count));
}

function codeOf(event: unknown): number {
	const code: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'code') : undefined;
	return typeof code === 'number' ? code : 1006;
}

function parseHello(payload: unknown): { readonly challenge: Bytes; readonly now: number } {
	const field = (name: string): unknown =>
		typeof payload === 'object' && payload !== null ? Reflect.get(payload, name) : undefined;
	const [challenge, now] = [field('challenge'), field('now')];
	if (field('v') !== 1 || typeof challenge !== 'string' || typeof now !== 'number') throw new ApiFailure('INTERNAL');
	return { challenge: decodeBase64url(challenge), now };
}

type Answer = FormattedExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** One operation over the socket. */
function forward(socket: SocketClient, payload: SubscribePayload, isFeed: boolean, sink: Sink<Answer>): () => void {
	let answered = false;
	const stop = socket.subscribe<Record<string, unknown>, Record<string, unknown>>(payload, {
		next: (result) => {
			answered = true;
			sink.next(result);
		},
		error: (fault) => sink.error(fault),
		// A socket that is closed in good order completes what it never answered; whoever asked is told.
		complete: () => (answered ? sink.complete() : sink.error(new ApiFailure('OFFLINE')))
	});
	// The server completes what it has answered. To cancel it too makes graphql-ws count its end twice when both come at once,
	// and close the socket.
	return () => (answered && !isFeed ? undefined : stop());
}

function overSocket(url: string, socket: SocketClient): Client {
	return new Client({
		url,
		preferGetMethod: false,
		requestPolicy: 'network-only',
		exchanges: [
			persisted(),
			subscriptionExchange({
				enableAllOperations: true,
				forwardSubscription: ({ operationName, variables, extensions }, { kind }) => ({
					subscribe: (sink) => {
						const payload = { query: '', operationName, variables, extensions: { ...extensions } };
						return { unsubscribe: forward(socket, payload, kind === 'subscription', sink) };
					}
				})
			})
		]
	});
}

/** A half-open socket answers nothing and says nothing: scripts don't see WebSocket's own pings. */
function watchPulse(): { sent: (end: () => void) => void; heard: () => void } {
	let timer: ReturnType<typeof setTimeout> | undefined;
	return {
		sent: (end) => {
			clearTimeout(timer);
			timer = setTimeout(end, pongWaitMs);
		},
		heard: () => clearTimeout(timer)
	};
}

/** Throws `ApiFailure`: `OFFLINE` when no socket comes about within 10 s, `RATE_LIMITED` when there are too many from here. */
export function connect(url: string, socketType: typeof WebSocket = WebSocket): Promise<Connection> {
	const gone = Promise.withResolvers<number>();
	const pulse = watchPulse();
	return new Promise((resolve, reject) => {
		// An error says nothing by itself: the close that follows has the code.
		const fail = () => reject(new ApiFailure('OFFLINE'));
		const end = (event: unknown) => {
			pulse.heard();
			clearTimeout(waiting);
			const code = codeOf(event);
			gone.resolve(code);
			reject(new ApiFailure(code === closeCodes.tooManySockets ? 'RATE_LIMITED' : 'OFFLINE'));
		};
		const socket = createClient({
			url,
			webSocketImpl: socketType,
			lazy: false,
			onNonLazyError: fail,
			retryAttempts: 0,
			keepAlive: keepAliveMs,
			connectionAckWaitTimeout: ackWaitMs,
			generateID: operationId(),
			on: {
				ping: (received) => {
					if (!received) pulse.sent(() => socket.terminate());
				},
				pong: (received) => {
					if (received) pulse.heard();
				},
				connected: (_socket, payload) => {
					clearTimeout(waiting);
					const close = () => void Promise.resolve(socket.dispose()).catch(fail);
					try {
						resolve({ client: overSocket(url, socket), ...parseHello(payload), closed: gone.promise, close });
					} catch (fault) {
						close();
						reject(fault instanceof Error ? fault : new ApiFailure('INTERNAL'));
					}
				},
				error: fail,
				closed: end
			}
		});
		// An address that swallows everything never says no.
		const waiting = setTimeout(() => socket.terminate(), openWaitMs);
	});
}
