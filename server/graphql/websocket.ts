/** The door for WebSockets: who may open one, how many, how big their frames are, and when they are dead (docs/PROTOCOL.md §17). */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { RawData } from 'ws';
import { WebSocket, WebSocketServer } from 'ws';
import { closeCodes } from '#protocol/limits';
import type { Conversation, ConversationOptions } from './conversation.ts';
import { createConversation } from './conversation.ts';
import type { Challenge, SocketNames } from './socket.ts';
import { Socket } from './socket.ts';

export type SocketsOptions = ConversationOptions & {
	/** Keyed name of the request's address prefix. */
	readonly prefixOf: (request: IncomingMessage) => string;
	/** The same for as long as the process lives: a count of sockets must not begin anew each hour. */
	readonly networkOf: (request: IncomingMessage) => string;
	/** Answers an upgrade with a status, e.g. `403 Forbidden`. */
	readonly refuse: (raw: Duplex, status: string) => void;
	readonly createChallenge: () => Challenge;
	/** The socket of this session closed. */
	readonly onLost: (session: NonNullable<Socket['session']>) => void;
};

export type Sockets = {
	upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void;
	/** Closes all with 1012; after `graceMs` those that don't answer are cut off. */
	close(graceMs: number): Promise<void>;
};

/** How long a socket that is one too many may take to answer its closing, in milliseconds. */
const refusedLifeMs = 1_000;

export function createSockets(options: SocketsOptions): Sockets {
	const { services, prefixOf, networkOf, refuse } = options;
	const { limits, origin, metrics } = services;
	const server = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		maxPayload: limits.frameBytes,
		perMessageDeflate: false,
		WebSocket: OwnedWebSocket,
		handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL
	});
	// Without it ws answers a bad handshake itself, without our headers.
	server.on('wsClientError', (_error, raw) => refuse(raw, '400 Bad Request'));
	const open = new Set<Socket>();
	const perNetwork = new Map<string, number>();
	const opened = createOpening(options, open, perNetwork);
	metrics.gauge('sockets', 'WebSockets open now.', () => open.size);

	// One timer for all: a timer for each socket would cost memory that an idle reader doesn't use otherwise.
	const pings = setInterval(() => {
		for (const socket of open) socket.ping(limits.pingMisses);
	}, limits.pingIntervalMs);

	return {
		upgrade(request, raw, head) {
			if (request.headers.origin !== origin) return refuse(raw, '403 Forbidden');
			const names = { prefix: prefixOf(request), network: networkOf(request) };
			server.handleUpgrade(request, raw, head, (ws) => {
				ws.on('error', ignore);
				if ((perNetwork.get(names.network) ?? 0) < limits.socketsPerPrefix) return opened(ws, raw, names);
				ws.close(closeCodes.tooManySockets, 'too many sockets');
				setTimeout(cutOff, refusedLifeMs, ws).unref();
			});
		},
		async close(graceMs) {
			clearInterval(pings);
			server.close();
			for (const socket of open) socket.close(closeCodes.restarting, 'restarting');
			await waitUntil(() => open.size === 0, graceMs);
			for (const socket of open) socket.terminate();
		}
	};
}

/** ws closes a socket by itself after a fault of the other side, with the code that says which. */
function ignore(): void {
	return;
}

function cutOff(ws: WebSocket): void {
	ws.terminate();
}

/** A WebSocket that knows whose it is: so that all of them share their listeners. */
class OwnedWebSocket extends WebSocket {
	owner: Socket | null = null;
}

type Opening = (ws: OwnedWebSocket, raw: Duplex, names: SocketNames) => void;

function createOpening(options: SocketsOptions, open: Set<Socket>, perNetwork: Map<string, number>): Opening {
	const { services, createChallenge, onLost } = options;
	const { bufferedBytes, initWaitMs } = services.limits;
	const conversation = createConversation(options);
	const listeners = listenersFor(conversation, (socket) => {
		open.delete(socket);
		const left = (perNetwork.get(socket.network) ?? 1) - 1;
		if (left > 0) perNetwork.set(socket.network, left);
		else perNetwork.delete(socket.network);
		if (socket.session !== null) onLost(socket.session);
	});
	return (ws, raw, names) => {
		const socket = new Socket(ws, raw, { ...names, bufferedBytes });
		ws.owner = socket;
		open.add(socket);
		perNetwork.set(names.network, (perNetwork.get(names.network) ?? 0) + 1);
		if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
			socket.reject(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
		socket.challenge = createChallenge();
		setTimeout(closeSilent, initWaitMs, socket);
		ws.on('message', listeners.message).on('pong', listeners.pong).on('close', listeners.close);
	};
}

function closeSilent(socket: Socket): void {
	if (!socket.greeted) socket.reject(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
}

function listenersFor(conversation: Conversation, onClose: (socket: Socket) => void) {
	return {
		message(this: WebSocket, data: RawData) {
			const socket = ownerOf(this);
			const text = String(data);
			// What is only passed on leaves no copy where the next bytes come in.
			if (Buffer.isBuffer(data)) data.fill(0);
			if (socket !== null) conversation.receive(socket, text);
		},
		pong(this: WebSocket) {
			const socket = ownerOf(this);
			if (socket !== null) socket.misses = 0;
		},
		close(this: WebSocket) {
			const socket = ownerOf(this);
			if (socket === null) return;
			conversation.end(socket);
			onClose(socket);
		}
	};
}

function ownerOf(ws: WebSocket): Socket | null {
	return ws instanceof OwnedWebSocket ? ws.owner : null;
}

async function waitUntil(done: () => boolean, atMostMs: number): Promise<void> {
	for (let waited = 0; !done() && waited < atMostMs; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
}
