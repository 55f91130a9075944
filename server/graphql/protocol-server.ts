/** graphql-transport-ws with our rules: a challenge in the ack, our own operations only, few at a time, one room per socket. */
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { createSourceEventStream, execute, validateSubscriptionArgs } from 'graphql';
import type { Server } from 'graphql-ws';
import { makeServer } from 'graphql-ws';
import type { Context } from '../context.ts';
import type { Outlet, Render } from '../fanout/outlet.ts';
import type { Services } from '../services.ts';
import type { Mask } from './mask.ts';
import { codeOf, refused } from './mask.ts';
import type { Operation, Operations } from './operations.ts';
import { persistedHash } from './operations.ts';
import { createRender } from './render.ts';
import type { Socket } from './socket.ts';

export type ProtocolOptions = {
	readonly services: Services;
	readonly schema: GraphQLSchema;
	readonly operations: Operations;
	readonly mask: Mask;
};

/** Posting says nothing in the log while it goes well: it is what the server does all day, and is counted. */
const quietFields: readonly string[] = ['postEnvelope'];

export function createProtocolServer(options: ProtocolOptions): Server<Socket> {
	const { services, schema, operations } = options;
	const subscriptions = operations.all.filter(({ kind }) => kind === 'subscription');
	const renders = new Map<Operation, Render>(
		subscriptions.map((operation) => [operation, createRender(schema, operation.document)])
	);
	return makeServer<Record<string, unknown>, Socket>({
		connectionInitWaitTimeout: services.limits.initWaitMs,
		onConnect: ({ extra }) => ({
			v: 1,
			challenge: Buffer.from(extra.challenge.bytes).toString('base64url'),
			now: services.now()
		}),
		onSubscribe({ extra: socket, subscriptions: underWay }, id, { extensions, variables }) {
			const operation = operations.find(persistedHash(extensions));
			if (operation === null) return [refused('PERSISTED_ONLY')];
			if (Object.keys(underWay).length > services.limits.operationsInFlight) return [refused('RATE_LIMITED')];
			if (operation.kind === 'subscription' && socket.following) return [refused('BAD_INPUT')];
			const render = renders.get(operation);
			const outlet = render === undefined ? null : socket.outlet(id, render);
			const contextValue = new OperationContext(services, socket, operation, outlet);
			return { schema, document: operation.document, variableValues: variables ?? {}, contextValue };
		},
		execute: (args) => contextOf(args).connection.answering(() => answer(options, args)),
		subscribe: (args) => follow(options, args)
	});
}

/** What resolvers are given, with what the edge needs to know about the operation. */
class OperationContext implements Context {
	readonly services: Services;
	readonly connection: Socket;
	readonly operation: Operation;
	readonly outlet: Outlet | null;
	readonly prefix: string;

	constructor(services: Services, connection: Socket, operation: Operation, outlet: Outlet | null) {
		this.services = services;
		this.connection = connection;
		this.operation = operation;
		this.outlet = outlet;
		this.prefix = connection.prefix;
	}
}

function contextOf({ contextValue }: ExecutionArgs): OperationContext {
	if (contextValue instanceof OperationContext) return contextValue;
	throw new Error('operation: expected its own context');
}

async function answer({ services, mask }: ProtocolOptions, args: ExecutionArgs): Promise<ExecutionResult> {
	const { operation } = contextOf(args);
	const startedAt = services.now();
	const result = mask.result(await execute(args), operation.name);
	const code = codeOf(result);
	if (code !== undefined || !operation.fields.every((field) => quietFields.includes(field))) {
		const durationMs = services.now() - startedAt;
		services.log.info('operation', { operation: operation.name, durationMs, ...(code === undefined ? {} : { code }) });
	}
	return result;
}

async function follow(
	{ services, mask }: ProtocolOptions,
	args: ExecutionArgs
): Promise<ExecutionResult | AsyncIterableIterator<never, undefined>> {
	const { operation, connection } = contextOf(args);
	connection.following = true;
	const prepared = validateSubscriptionArgs(args);
	const source = 'schema' in prepared ? await createSourceEventStream(prepared) : { errors: prepared };
	if (!(Symbol.asyncIterator in source)) {
		connection.following = false;
		const result = mask.result(source, operation.name);
		services.log.info('operation', { operation: operation.name, code: codeOf(result) ?? 'INTERNAL' });
		return result;
	}
	services.log.info('operation', { operation: operation.name });
	return untilEnd(source[Symbol.asyncIterator](), () => (connection.following = false));
}

/** The feed writes its frames itself: graphql-ws only learns when the subscription ends, and ends it when the client does. */
function untilEnd(source: AsyncIterator<unknown>, onEnd: () => void): AsyncIterableIterator<never, undefined> {
	const end = async (): Promise<IteratorReturnResult<undefined>> => {
		await source.next();
		onEnd();
		return { done: true, value: undefined };
	};
	return {
		next: end,
		return: async () => {
			await source.return?.();
			return end();
		},
		[Symbol.asyncIterator]() {
			return this;
		}
	};
}
