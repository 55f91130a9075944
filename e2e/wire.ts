/** The network between one browser and its server, as a proxy that lets through, goes silent, or breaks. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

export type Wire = {
	/** What a browser's context takes as its proxy. */
	readonly proxy: { readonly server: string };
	/** From now on nothing comes through to the server any more, or nothing from it, on what is connected; nobody is told. */
	swallow(what: 'questions' | 'answers'): void;
	/** Everything that is connected breaks; what comes afterwards is let through again. */
	break(): void;
	/** From now on this file arrives as `change` makes it: as from a server with another version. */
	exchange(pathname: string, change: (text: string) => string): void;
	close(): Promise<void>;
};

type Ends = { readonly browser: Duplex; readonly server: Socket };

async function exchange(got: IncomingMessage, answer: ServerResponse, change: (text: string) => string): Promise<void> {
	const body = Buffer.from(change(await text(got)));
	const { etag: _other, ...headers } = got.headers;
	answer.writeHead(got.statusCode ?? 502, { ...headers, 'content-length': body.length });
	answer.end(body);
}

export async function layWire(): Promise<Wire> {
	const tunnels = new Set<Ends>();
	const changes = new Map<string, (text: string) => string>();
	const proxy = createServer((asked, answer) => {
		const change = changes.get(new URL(asked.url ?? '').pathname);
		const headers = change === undefined ? asked.headers : { ...asked.headers, 'accept-encoding': 'identity' };
		const passed = request(asked.url ?? '', { method: asked.method ?? 'GET', headers }, (got) => {
			if (change !== undefined) return void exchange(got, answer, change).catch(() => answer.destroy());
			answer.writeHead(got.statusCode ?? 502, got.headers);
			got.pipe(answer);
		});
		passed.once('error', () => answer.destroy());
		asked.pipe(passed);
	});
	proxy.on('connect', (asked, browser) => {
		const { hostname, port } = new URL(`http://${asked.url ?? ''}`);
		const server = connect(Number(port), hostname, () => {
			browser.write('HTTP/1.1 200 Connection established\r\n\r\n');
			browser.pipe(server).pipe(browser);
		});
		const ends = { browser, server };
		tunnels.add(ends);
		for (const end of [browser, server]) {
			end.once('close', () => breakOff(ends));
			end.once('error', () => breakOff(ends));
		}
	});
	const breakOff = (ends: Ends) => {
		tunnels.delete(ends);
		ends.browser.destroy();
		ends.server.destroy();
	};
	const breakAll = () => {
		for (const ends of [...tunnels]) breakOff(ends);
	};
	await once(proxy.listen(0, '127.0.0.1'), 'listening');
	return {
		proxy: { server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
		swallow: (what) => {
			for (const { browser, server } of tunnels) {
				if (what === 'questions') browser.unpipe(server);
				else server.unpipe(browser);
			}
		},
		break: breakAll,
		exchange: (pathname, change) => void changes.set(pathname, change),
		close: async () => {
			breakAll();
			proxy.closeAllConnections();
			proxy.close();
			await once(proxy, 'close');
		}
	};
}
