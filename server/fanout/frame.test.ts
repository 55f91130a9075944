import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { nextFrame, textFrame } from './frame.ts';

/** What a client reads when the bytes are written to the socket below its WebSocket. */
async function readBack(frames: Uint8Array): Promise<string> {
	const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
	await once(server, 'listening');
	server.on('connection', (_socket, request) => request.socket.write(frames));
	const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const [data] = await once(client, 'message');
	client.terminate();
	server.close();
	return String(data);
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
	'a text of %i bytes is read back by a WebSocket client',
	async (size) => {
		const text = 'x'.repeat(size);
		expect(await readBack(textFrame(text))).toBe(text);
	}
);

test('sizes are of the bytes, not of the characters', async () => {
	const text = 'ä€🎈'.repeat(40);
	expect(await readBack(textFrame(text))).toBe(text);
});

test('a result stands in a message of the protocol, whatever the client calls its operation', async () => {
	const message = JSON.parse(await readBack(nextFrame('"\n\\', '{"data":1}')));
	expect(message).toEqual({ id: '"\n\\', type: 'next', payload: { data: 1 } });
});
