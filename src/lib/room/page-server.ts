/** The server that this page came from. */
import { createHttpClient } from '../api/client.ts';
import type { Connection } from '../api/connection.ts';
import type { Server } from './join.ts';

let held: Server | null = null;

/** Sockets are of no use on the home page, which is not to load their code. */
async function connect(): Promise<Connection> {
	const api = await import('../api/connection.ts');
	return api.connect(`${location.origin.replace(/^http/, 'ws')}/graphql`);
}

export function pageServer(): Server {
	held ??= { http: createHttpClient(), connect, origin: location.origin };
	return held;
}
