/** Answers below HTTP: to an upgrade that isn't taken, and to what is no request at all, with the headers of docs/PROTOCOL.md §18. */
import { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { commonHeaders } from './headers.ts';

export type Refuse = {
	/** `status`: e.g. `404 Not Found`. Ends the socket, and outlives whatever the other side does then. */
	readonly upgrade: (socket: Duplex, status: string) => void;
	/** For `clientError` of a `http.Server`. */
	readonly fault: (error: Error, socket: Duplex) => void;
};

const statuses: Readonly<Record<string, string>> = {
	HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
	HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
	ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout'
};

export function createRefuse(origin: string): Refuse {
	const headers = Object.entries({
		...commonHeaders(origin),
		'cache-control': 'no-store',
		connection: 'close',
		'content-length': '0'
	});
	const rest = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
	const upgrade = (socket: Duplex, status: string) => {
		// An error that nobody hears ends the process, and a reset is one.
		socket.on('error', () => socket.destroy());
		socket.end(`HTTP/1.1 ${status}\r\n${rest}\r\n`, () => socket.destroy());
	};
	return {
		upgrade,
		fault(error, socket) {
			const code = 'code' in error ? String(error.code) : '';
			if (code === 'ECONNRESET' || !socket.writable || isBeingAnswered(socket)) return void socket.destroy();
			upgrade(socket, statuses[code] ?? '400 Bad Request');
		}
	};
}

/** Node keeps the answer that is under way there: a second one into its middle would be read as part of it. */
function isBeingAnswered(socket: Duplex): boolean {
	const response: unknown = Reflect.get(socket, '_httpMessage');
	return response instanceof ServerResponse && response.headersSent;
}
