import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPages } from './pages.ts';

let folder: string;
const http = createServer();

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'sotto-pages-'));
	await mkdir(path.join(folder, 'client'));
	await mkdir(path.join(folder, 'prerendered'));
	await writeFile(path.join(folder, 'prerendered', 'index.html'), 'the shell');
	await writeFile(
		path.join(folder, 'handler.js'),
		"export const handler = (_request, response) => response.end('a document');\n"
	);
	http.on('request', await createPages(folder, 'https://rooms.example'));
	await once(http.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
	http.close();
	http.closeAllConnections();
	await rm(folder, { recursive: true });
});

const ask = (pathname: string, method: string) =>
	fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}${pathname}`, { method });

test.each([['POST'], ['PUT'], ['DELETE'], ['PATCH'], ['OPTIONS']])('a document is not there for %s', async (method) => {
	for (const pathname of ['/', '/elsewhere', '/elsewhere.js']) {
		const answer = await ask(pathname, method);
		expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
		expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
	}
});

test('a document is there for GET and HEAD, and an unknown one is the shell with 404', async () => {
	expect(await (await ask('/', 'GET')).text()).toBe('a document');
	expect((await ask('/', 'HEAD')).status).toBe(200);
	const unknown = await ask('/elsewhere', 'GET');
	expect([unknown.status, await unknown.text()]).toEqual([404, 'the shell']);
	// It may come with the next version.
	for (const pathname of ['/_app/immutable/chunks/old.js', '/elsewhere.png', '/elsewhere'])
		expect((await ask(pathname, 'GET')).headers.get('cache-control')).toBe('no-store');
});
