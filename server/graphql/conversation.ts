/**
 * The server's side of graphql-transport-ws, with our rules: a challenge in the ack, our own operations only, few at a time, one
 * room per socket. The vocabulary and its validator are graphql-ws's; its server would hold several kilobytes for each idle reader.
 */
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createSourceEventStream, execute, validateSubscriptionArgs } from 'graphql';
import type { SubscribeMessage } from 'graphql-ws';
import { CloseCode, MessageType, parseMessage } from 'graphql-ws';
import type { Context } from '../context.ts';
import type { Render } from '../fanout/outlet.ts';
import type { Services } from '../services.ts';
import type { Mask } from './mask.ts';
import { codeOf, refused } from './mask.ts';
import type { Operation, Operations } from './operations.ts';
import { persistedHash } from './operations.ts';
import { createRender } from './render.ts';
import type { Following, Socket } from './socket.ts';
import { SocketOutlet } from './socket.ts';

export type ConversationOptions = {
	readonly services: Services;
	readonly schema: GraphQLSchema;
	readonly operations: Operations;
	readonly mask: Mask;
};

export type Conversation = {
	/** What came in on the socket. Never throws: whoever breaks the protocol is closed with graphql-ws's code for it, a fault with 4500. */
	receive(socket: Socket, text: string): void;
	/** The socket closed. */
	end(socket: Socket): void;
};

/** Posting says nothing in the log while it goes well: it is what the server does all day, and is counted. */
const quietFields: readonly string[] = ['postEnvelope'];

/** Each frame of an operation carries its id. graphql-ws's own client makes ids of 36 characters. */
const maxIdLength = 64;

type Payload = SubscribeMessage['payload'];

export function createConversation(options: ConversationOptions): Conversation {
	const { schema, operations } = options;
	const subscriptions = operations.all.filter(({ kind }) => kind === 'subscription');
	const renders = new Map<Operation, Render>(
		subscriptions.map((operation) => [operation, createRender(schema, operation.document)])
	);
	return {
		receive(socket, text) {
			socket.misses = 0;
			try {
				take(options, renders, socket, parse(text));
			} catch (error) {
				fail(options, socket, error);
			}
		},
		end(socket) {
			if (socket.following !== null) callOff(socket, socket.following.id);
		}
	};
}

type Message = ReturnType<typeof parseMessage>;
type Renders = ReadonlyMap<Operation, Render>;

function take(options: ConversationOptions, renders: Renders, socket: Socket, message: Message | null): void {
	switch (message?.type) {
		case MessageType.ConnectionInit:
			return greet(options, socket);
		case MessageType.Ping:
			return socket.send({ type: MessageType.Pong, ...(message.payload == null ? {} : { payload: message.payload }) });
		case MessageType.Pong:
			return;
		case MessageType.Subscribe:
			return begin(options, renders, socket, message);
		case MessageType.Complete:
			return callOff(socket, message.id);
		default:
			return socket.reject(CloseCode.BadRequest, 'Invalid message received');
	}
}

/** Logged without what was said to the client, which is nothing. */
function fail({ mask }: ConversationOptions, socket: Socket, error: unknown): void {
	mask.error(error, 'socket');
	socket.reject(CloseCode.InternalServerError, 'Internal server error');
}

function parse(text: string): Message | null {
	try {
		return parseMessage(text);
	} catch {
		return null;
	}
}

function greet({ services }: ConversationOptions, socket: Socket): void {
	if (socket.greeted) return socket.reject(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
	socket.greeted = true;
	const challenge = Buffer.from(socket.challenge?.bytes ?? []).toString('base64url');
	socket.send({ type: MessageType.ConnectionAck, payload: { v: 1, challenge, now: services.now() } });
}

function begin(options: ConversationOptions, renders: Renders, socket: Socket, { id, payload }: SubscribeMessage): void {
	if (!socket.greeted) return socket.reject(CloseCode.Unauthorized, 'Unauthorized');
	if (id.length > maxIdLength) return socket.reject(CloseCode.BadRequest, 'Operation id too long');
	if (socket.has(id)) return socket.reject(CloseCode.SubscriberAlreadyExists, 'Subscriber already exists');
	const refuse = (code: Parameters<typeof refused>[0]) => socket.send({ id, type: MessageType.Error, payload: [refused(code)] });
	const operation = options.operations.find(persistedHash(payload.extensions));
	if (operation === null) return refuse('PERSISTED_ONLY');
	if (socket.operations >= options.services.limits.operationsInFlight) return refuse('RATE_LIMITED');
	const render = renders.get(operation);
	if (render !== undefined && socket.following !== null) return refuse('BAD_INPUT');
	socket.working += 1;
	const running =
		render === undefined
			? answer(options, socket, id, operation, payload)
			: follow(options, socket, id, operation, payload, render);
	const settled = () => void (socket.working -= 1);
	running.then(settled, (error: unknown) => {
		settled();
		fail(options, socket, error);
	});
}

function callOff(socket: Socket, id: string): void {
	const { following } = socket;
	if (following?.id !== id) return socket.callOff(id);
	socket.following = null;
	// The feed's stream ends at once, and has nothing to say about it.
	void following.stream?.return?.();
}

function contextOf({ services }: ConversationOptions, connection: Socket, outlet: SocketOutlet | null): Context {
	return { services, connection, prefix: connection.prefix, outlet };
}

async function answer(
	options: ConversationOptions,
	socket: Socket,
	id: string,
	operation: Operation,
	payload: Payload
): Promise<void> {
	const { services, schema, mask } = options;
	const startedAt = services.now();
	const begun = socket.begin(id);
	const variableValues = payload.variables ?? {};
	const args = { schema, document: operation.document, variableValues, contextValue: contextOf(options, socket, null) };
	const result = mask.result(await execute(args), operation.name);
	const code = codeOf(result);
	if (code !== undefined || !operation.fields.every((field) => quietFields.includes(field))) {
		const durationMs = services.now() - startedAt;
		services.log.info('operation', { operation: operation.name, durationMs, ...(code === undefined ? {} : { code }) });
	}
	if (socket.end(id, begun)) finish(socket, id, result);
}

function finish(socket: Socket, id: string, result: ExecutionResult): void {
	socket.send({ id, type: MessageType.Next, payload: result }, { id, type: MessageType.Complete });
}

/** The feed writes its frames itself, and tells the outlet when it ends; the stream is kept to be able to leave. */
async function follow(
	options: ConversationOptions,
	socket: Socket,
	id: string,
	operation: Operation,
	payload: Payload,
	render: Render
): Promise<void> {
	const { services, schema, mask } = options;
	const following: Following = { id };
	socket.following = following;
	const contextValue = contextOf(options, socket, new SocketOutlet(socket, following, render));
	const prepared = validateSubscriptionArgs({
		schema,
		document: operation.document,
		variableValues: payload.variables ?? {},
		contextValue
	});
	const source = 'schema' in prepared ? await createSourceEventStream(prepared) : { errors: prepared };
	if (Symbol.asyncIterator in source) {
		following.stream = source[Symbol.asyncIterator]();
		services.log.info('operation', { operation: operation.name });
		// The client went away, or called it off, while the backlog was being read.
		if (socket.following !== following) await following.stream.return?.();
		return;
	}
	const result = mask.result(source, operation.name);
	services.log.info('operation', { operation: operation.name, code: codeOf(result) ?? 'INTERNAL' });
	if (socket.following !== following) return;
	socket.following = null;
	finish(socket, id, result);
}
