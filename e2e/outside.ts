/** The app's own way to its server, for somebody without a browser. */
import { WebSocket } from 'ws';
import { createHttpClient } from '../src/lib/api/client.ts';
import { connect } from '../src/lib/api/connection.ts';
import type { Server } from '../src/lib/room/join.ts';

export function serverAt(origin: string): Server {
	class PageSocket extends WebSocket {
		constructor(url: string, protocol: string) {
			super(url, protocol, { origin });
		}
	}
	return {
		http: createHttpClient({ url: `${origin}/graphql` }),
		origin,
		// The package's socket does what the browser's does, as far as graphql-ws asks.
		connect: () => connect(`${origin.replace('http', 'ws')}/graphql`, PageSocket as unknown as typeof globalThis.WebSocket)
	};
}
