/** The half of the API that needs no socket: what the server offers, the gate's question, work, and opening a room. */
import { Client, fetchExchange, stringifyDocument } from '@urql/core';
import type { AnyVariables, DocumentInput, Exchange, OperationResult } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { toHex, utf8 } from '#protocol/bytes';
import { ApiFailure, toFailure } from './failure.ts';

const hashes = new WeakMap<object, Promise<string>>();

async function hash(text: string): Promise<string> {
	return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))));
}

/** The name that the server knows a document by; worked out once for each. */
function nameOf(document: object, text: string): Promise<string> {
	const known = hashes.get(document) ?? hash(text);
	hashes.set(document, known);
	return known;
}

/** Sends the hash of an operation instead of its text: docs/PROTOCOL.md §17. */
export function persisted(): Exchange {
	return persistedExchange({
		enforcePersistedQueries: true,
		enableForMutation: true,
		enableForSubscriptions: true,
		preferGetForPersistedQueries: false,
		generateHash: (_text, document) => nameOf(document, stringifyDocument(document))
	});
}

export type HttpOptions = { readonly url?: string; readonly fetch?: typeof fetch };

/** A request that takes longer than 15 s counts as unanswered. */
const patienceMs = 15_000;

export function createHttpClient(options: HttpOptions = {}): Client {
	const send = options.fetch ?? globalThis.fetch.bind(globalThis);
	return new Client({
		url: options.url ?? '/graphql',
		preferGetMethod: false,
		requestPolicy: 'network-only',
		exchanges: [persisted(), fetchExchange],
		fetch: (input, init) =>
			send(input, { ...init, signal: AbortSignal.timeout(patienceMs), cache: 'no-store', credentials: 'omit' })
	});
}

function unwrap<Data, Variables extends AnyVariables>(result: OperationResult<Data, Variables>): Data {
	if (result.error) throw toFailure(result.error);
	if (result.data === undefined) throw new ApiFailure('OFFLINE');
	return result.data;
}

/** Throws `ApiFailure`. */
export async function ask<Data, Variables extends AnyVariables>(
	client: Client,
	document: DocumentInput<Data, Variables>,
	variables: Variables
): Promise<Data> {
	return unwrap(await client.query(document, variables).toPromise());
}

/** Throws `ApiFailure`. */
export async function command<Data, Variables extends AnyVariables>(
	client: Client,
	document: DocumentInput<Data, Variables>,
	variables: Variables
): Promise<Data> {
	return unwrap(await client.mutation(document, variables).toPromise());
}
