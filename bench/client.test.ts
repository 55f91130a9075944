import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { openClient } from './client.ts';

async function meet(): Promise<{ port: number; met: Promise<WebSocket> }> {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	onTestFinished(() => void server.close());
	const met = once(server, 'connection').then(([socket]: WebSocket[]) => socket as WebSocket);
	await once(server, 'listening');
	return { port: (server.address() as AddressInfo).port, met };
}

async function pair() {
	const { port, met } = await meet();
	const client = await openClient({ port, path: '/' });
	const texts: string[] = [];
	let heard: () => void = () => {};
	client.receive = (bytes, start, end) => {
		texts.push(bytes.toString('latin1', start, end));
		heard();
	};
	const until = (count: number) =>
		new Promise<void>((resolve) => {
			heard = () => texts.length >= count && resolve();
			heard();
		});
	return { client, texts, until, server: await met };
}

test('frames of every length arrive whole, however the stream is cut', async () => {
	const { server, texts, until } = await pair();
	const sent = [0, 1, 125, 126, 2_000, 65_535, 65_536, 700_000].map((size) => randomBytes(size / 2).toString('hex'));
	for (const text of sent) server.send(text);
	await until(sent.length);
	expect(texts).toEqual(sent);
});

test('what is sent arrives as one text, and a ping is answered', async () => {
	const { client, server } = await pair();
	const text = 'x'.repeat(3_000);
	const [message, pong] = [once(server, 'message'), once(server, 'pong')];
	client.send(text);
	server.ping('now');
	expect(String((await message)[0])).toBe(text);
	expect(String((await pong)[0])).toBe('now');
});

test('the code with which the server closes is known, and an own close is clean', async () => {
	const first = await pair();
	const code = new Promise((resolve) => (first.client.onClosed = resolve));
	first.server.close(4008);
	expect(await code).toBe(4008);
	const second = await pair();
	const closed = once(second.server, 'close');
	await second.client.close();
	expect((await closed)[0]).toBe(1000);
});
