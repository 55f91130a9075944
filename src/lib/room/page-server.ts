/** The server that this page came from. */
import { createHttpClient } from '../api/client';
import type { Connection } from '../api/connection';
import type { Server } from './join';

let held: Server | null = null;

/** Sockets are of no use on the home page, which is not to load their code. */
async function connect(): Promise<Connection> {
	const api = await import('../api/connection');
	return api.connect(`${location.origin.replace(/^http/, 'ws')}/graphql`);
}

export function pageServer(): Server {
	held ??= { http: createHttpClient(), connect, origin: location.origin };
	return held;
}
