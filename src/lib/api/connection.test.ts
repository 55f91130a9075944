import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket as NodeSocket, WebSocketServer } from 'ws';
import { connect } from './connection.ts';

const hello = { v: 1, challenge: 'AAAA', now: 0 };

/** Says hello, and nothing any more: to the other end it looks as if it were still there. */
async function startMute() {
	const server = new WebSocketServer({ port: 0, handleProtocols: () => 'graphql-transport-ws' });
	await once(server, 'listening');
	const pinged = Promise.withResolvers<undefined>();
	server.on('connection', (socket) =>
		socket.on('message', (data: Buffer) => {
			if (data.includes('connection_init')) socket.send(JSON.stringify({ type: 'connection_ack', payload: hello }));
			else if (data.includes('ping')) pinged.resolve(undefined);
		})
	);
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('expected a port');
	const stop = () => {
		for (const socket of server.clients) socket.terminate();
		server.close();
	};
	return { url: `ws://127.0.0.1:${address.port}`, pinged: pinged.promise, stop };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('a socket whose other end has gone without a word is given up after 25 s, well within the 45 that are allowed', async () => {
	const server = await startMute();
	// It differs from the browser's in its types alone.
	const { closed } = await connect(server.url, NodeSocket as unknown as typeof WebSocket);
	let isClosed = false;
	void closed.then(() => (isClosed = true));
	vi.advanceTimersByTime(15_000);
	await server.pinged;
	vi.advanceTimersByTime(9_999);
	await new Promise((resolve) => setImmediate(resolve));
	expect(isClosed).toBe(false);
	vi.advanceTimersByTime(1);
	expect(await closed).toBeGreaterThan(1000);
	server.stop();
});
