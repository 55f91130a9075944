/** The server that this page came from. */
import { createHttpClient } from '../api/client.ts';
import type * as Sockets from '../api/connection.ts';
import { ApiFailure } from '../api/failure.ts';
import type { Server } from './join.ts';

let held: Server | null = null;

/**
 * Sockets are of no use on the home page, which is not to load their code. The gate does so while it asks its question, so that
 * nothing is missing when the server goes away behind it. Throws `ApiFailure` `OFFLINE` when the code doesn't arrive.
 */
export async function loadSockets(): Promise<typeof Sockets> {
	try {
		return await import('../api/connection.ts');
	} catch {
		// Its script comes from the same server.
		throw new ApiFailure('OFFLINE');
	}
}

async function connect(): Promise<Sockets.Connection> {
	const api = await loadSockets();
	return api.connect(`${location.origin.replace(/^http/, 'ws')}/graphql`);
}

export function pageServer(): Server {
	held ??= { http: createHttpClient(), connect, origin: location.origin };
	return held;
}
