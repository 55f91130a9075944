/** The pages: SvelteKit's built files, each answer with the headers that its kind wants. */
import { readFileSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { headersFor, kindOf } from './headers.ts';
import { pathOf } from './path.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * `folder`: the build. Every page is prerendered and all have the same shell, so an address that is not among them gets that
 * shell with status 404, and the page itself says so; nothing is rendered while serving.
 */
export async function createPages(folder: string, origin: string): Promise<Handler> {
	const { handler } = await importHandler(path.join(folder, 'handler.js'));
	const known = new Set([...filesIn(path.join(folder, 'client')), ...documentsIn(path.join(folder, 'prerendered'))]);
	const shell = readFileSync(path.join(folder, 'prerendered', 'index.html'));
	return (request, response) => {
		const pathname = pathOf(request);
		for (const [name, value] of Object.entries(headersFor(kindOf(pathname), origin))) response.setHeader(name, value);
		if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
		if (known.has(pathname)) return handler(request, response);
		response.statusCode = 404;
		// What is not there may come with the next version.
		response.setHeader('cache-control', 'no-store');
		if (kindOf(pathname) !== 'document') return void response.end();
		response.setHeader('content-type', 'text/html; charset=utf-8');
		response.end(shell);
	};
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => `/${path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')}`);
}

/** `settings.html` answers at `/settings`, `index.html` at `/`. */
function documentsIn(folder: string): string[] {
	return filesIn(folder)
		.filter((file) => file.endsWith('.html'))
		.map((file) => file.replace(/(?:^\/index)?\.html$/, '') || '/');
}

async function importHandler(file: string): Promise<{ readonly handler: Handler }> {
	const module: unknown = await import(file);
	const handler: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'handler') : undefined;
	if (typeof handler !== 'function') throw new Error('build: handler.js exports no handler');
	return { handler: (request, response) => void handler(request, response) };
}
