import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { DocumentName } from '../testing-documents.ts';
import { documents } from '../testing-documents.ts';
import { useServer } from '../testing-suite.ts';
import { codeIn, persisted, postBody, postOperation, text } from '../testing-people.ts';

const suite = useServer();

const url = (path: string) => `http://${suite.server.host}${path}`;
const body = JSON.stringify({ extensions: persisted(documents.info).extensions });
const json = { 'content-type': 'application/json' };

test('an operation of the build that needs no session is answered', async () => {
	expect(await postOperation(suite.server, 'info')).toEqual({ data: { info: { v: 1 } } });
});

test('only operations of the build run: texts, unknown hashes, batches and introspection are refused', async () => {
	const introspection = '{ __schema { types { name } } }';
	const unknown = persisted(introspection).extensions;
	const texts = [{ query: documents.info }, { query: introspection }, {}];
	for (const wrong of [...texts, { extensions: unknown }, { query: introspection, extensions: unknown }]) {
		expect(codeIn(await postBody(suite.server, wrong))).toBe('PERSISTED_ONLY');
	}
	const { extensions } = persisted(documents.info);
	expect(await postBody(suite.server, [{ extensions }, { extensions }])).toEqual({
		errors: [{ message: 'BAD_INPUT', extensions: { code: 'BAD_INPUT' } }]
	});
});

test.each<[DocumentName]>([
	['joinRoom'],
	['history'],
	['post'],
	['purge'],
	['leave'],
	['unlockJoins'],
	['room'],
	['roomOtherwise']
])('%s needs a socket', async (name) => {
	const bytes = text(new Uint8Array(16));
	const result = await postOperation(suite.server, name, { roomId: bytes, proof: bytes, clientNonce: bytes, env: bytes });
	expect(codeIn(result)).toBe('NO_SESSION');
	expect(result.data ?? null).toBe(null);
});

test('a refusal is a code and nothing else', async () => {
	const result = await postOperation(suite.server, 'peek', { roomId: text(new Uint8Array(16)) });
	expect(result.errors).toEqual([{ message: 'ROOM_GONE', extensions: { code: 'ROOM_GONE' } }]);
	expect(codeIn(await postOperation(suite.server, 'peek', { roomId: '!' }))).toBe('BAD_INPUT');
	expect(codeIn(await postOperation(suite.server, 'peek', {}))).toBe('BAD_INPUT');
});

test('a request that is not a POST of JSON is refused by its form', async () => {
	const query = encodeURIComponent(JSON.stringify(persisted(documents.info).extensions));
	expect((await fetch(url(`/graphql?extensions=${query}`))).status).toBe(405);
	expect((await fetch(url('/graphql'), { method: 'PUT', headers: json, body })).status).toBe(405);
	for (const type of [
		'text/plain',
		'application/x-www-form-urlencoded',
		'application/graphql',
		'multipart/form-data; boundary=x'
	]) {
		expect((await fetch(url('/graphql'), { method: 'POST', headers: { 'content-type': type }, body })).status).toBe(415);
	}
});

test('a body over the limit, or of unknown length, is refused before it is read', async () => {
	const big = JSON.stringify({ query: 'x'.repeat(32_768) });
	expect((await fetch(url('/graphql'), { method: 'POST', headers: json, body: big })).status).toBe(413);
	const stream = new ReadableStream({
		start: (controller) => (controller.enqueue(new TextEncoder().encode(body)), controller.close())
	});
	const endless = { method: 'POST', headers: json, body: stream, duplex: 'half' };
	expect((await fetch(url('/graphql'), endless)).status).toBe(411);
});

test('headers over 8 KiB are refused with 431', async () => {
	const answer = await new Promise<string>((resolve) => {
		const [host, port] = suite.server.host.split(':');
		const socket = connect(Number(port), host, () =>
			socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(9_000)}\r\n\r\n`)
		);
		socket.once('data', (data) => (resolve(String(data)), socket.destroy()));
	});
	expect(answer).toMatch(/^HTTP\/1\.1 431/);
});

test('every answer of ours carries the headers that keep other sites away, and is not stored', async () => {
	for (const path of ['/graphql', '/healthz', '/readyz', '/metrics']) {
		const { headers } = await fetch(url(path));
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
		expect(headers.get('cache-control')).toBe('no-store');
		expect(headers.get('access-control-allow-origin')).toBe(null);
	}
	const answer = await fetch(url('/graphql'), {
		method: 'POST',
		headers: { ...json, origin: 'https://elsewhere.example' },
		body
	});
	expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
	expect(answer.headers.get('cache-control')).toBe('no-store');
	expect(answer.headers.get('access-control-allow-origin')).toBe(null);
});

test('health says ok, readiness asks the database, counters are text, and the rest are pages', async () => {
	expect(await (await fetch(url('/healthz'))).text()).toBe('ok');
	expect((await fetch(url('/readyz'))).status).toBe(200);
	expect(await (await fetch(url('/metrics'))).text()).toMatch(/^sotto_messages_stored_total \d+$/m);
	expect(await (await fetch(url('/anything'))).text()).toBe('a page');
});
