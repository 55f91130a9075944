/** The app's own way to a server, for somebody without a browser. */
import { WebSocket as NodeSocket } from 'ws';
import { createHttpClient } from '../api/client.ts';
import { connect } from '../api/connection.ts';
import type { Connection } from '../api/connection.ts';
import type { Server } from './join.ts';

/** Is given what the server sends, and passes on what it likes, when it likes. */
export type Tamper = (text: string, pass: (text: string) => void) => void;

export type DoorOptions = {
	/** What the server is configured with; the address itself unless told. */
	readonly origin?: string;
	/** Collects the connections that are made. */
	readonly sockets?: Connection[];
	/** What stands between the server and this one. */
	readonly tamper?: Tamper | undefined;
};

/** `address`: as `http://localhost:3000`. */
export function doorTo(address: string, { origin = address, sockets = [], tamper }: DoorOptions = {}): Server {
	class PageSocket extends NodeSocket {
		constructor(url: string, protocol: string) {
			super(url, protocol, { origin });
		}

		override emit(name: string | symbol, ...args: unknown[]): boolean {
			if (name !== 'message' || tamper === undefined) return super.emit(name, ...args);
			tamper(String(args[0]), (text) => super.emit('message', Buffer.from(text), false));
			return true;
		}
	}
	return {
		http: createHttpClient({ url: `${address}/graphql` }),
		origin,
		connect: async () => {
			// The package's socket does what the browser's does, as far as graphql-ws asks.
			const made = await connect(`${address.replace('http', 'ws')}/graphql`, PageSocket as unknown as typeof WebSocket);
			sockets.push(made);
			return made;
		}
	};
}
