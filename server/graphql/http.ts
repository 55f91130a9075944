/** GraphQL over HTTP: what a browser does before it has a socket. POST only, our own operations only (docs/PROTOCOL.md §17). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Mask } from './mask.ts';
import { codeOf } from './mask.ts';
import type { Operations } from './operations.ts';
import { persistedHash } from './operations.ts';

/** Everything else needs a session, and a session needs a socket. */
const servedFields: readonly string[] = [
	'info',
	'peek',
	'powChallenge',
	'issueFreeTokens',
	'issueProTokens',
	'account',
	'redeemVoucher',
	'price',
	'startCheckout',
	'managePayment',
	'cancelSubscription',
	'resumeSubscription',
	'createRoom'
];

export type HttpOptions = {
	readonly services: Services;
	readonly schema: GraphQLSchema;
	readonly operations: Operations;
	readonly mask: Mask;
	/** Keyed name of the request's address prefix. */
	readonly prefixOf: (request: IncomingMessage) => string;
};

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

export function createHttp({ services, schema, operations, mask, prefixOf }: HttpOptions): HttpHandler {
	const yoga = createYoga<{ req: IncomingMessage; res: ServerResponse }, Context>({
		schema,
		graphqlEndpoint: '/graphql',
		graphiql: false,
		landingPage: false,
		logging: false,
		cors: false,
		multipart: false,
		batching: false,
		maskedErrors: { maskError: (error) => mask.error(error, 'http') },
		context: ({ req }) => ({ services, connection: null, prefix: prefixOf(req), outlet: null }),
		plugins: [useOwnOperations(operations), useServedFields(operations), useLog(services, operations)]
	});
	return (request, response) => {
		const refusal = formFault(request, services.limits.bodyBytes);
		if (refusal === null) return void yoga(request, response);
		response.writeHead(refusal, { 'content-length': 0, connection: 'close' }).end();
	};
}

/** The status for a request that isn't looked into; `null` for one that has the right form. */
function formFault({ method, headers }: IncomingMessage, bodyBytes: number): number | null {
	if (method !== 'POST') return 405;
	if (headers['content-length'] === undefined) return 411;
	if (Number(headers['content-length']) > bodyBytes) return 413;
	return /^application\/json\b/i.test(headers['content-type'] ?? '') ? null : 415;
}

function useOwnOperations(operations: Operations): Plugin {
	const refuse = () => new Refusal('PERSISTED_ONLY');
	return usePersistedOperations({
		getPersistedOperation: (hash) => operations.find(hash)?.document ?? null,
		// They were checked when the server started.
		skipDocumentValidation: true,
		customErrors: { notFound: refuse, keyNotFound: refuse, persistedQueryOnly: refuse }
	});
}

function useServedFields(operations: Operations): Plugin {
	return {
		onParams({ params }) {
			const operation = operations.find(persistedHash(params.extensions));
			if (operation?.fields.every((field) => servedFields.includes(field)) === false) throw new Refusal('NO_SESSION');
		}
	};
}

function useLog({ log, now }: Services, operations: Operations): Plugin {
	return {
		onExecute({ args }) {
			const startedAt = now();
			const name = operations.nameOf(args.document);
			return {
				onExecuteDone({ result }) {
					const code = 'errors' in result ? codeOf(result) : undefined;
					log.info('operation', { operation: name, durationMs: now() - startedAt, ...(code === undefined ? {} : { code }) });
				}
			};
		}
	};
}
