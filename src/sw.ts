/**
 * The service worker: keeps the files of one build, so that every page opens without a network and without a server. It knows no
 * room and no key, and answers nothing but GET requests for those files.
 */

/** The build: `files` from path to SHA-256 (base64url). scripts/finish-build.ts writes it here, when all files are as they stay. */
declare const RELEASE: { readonly version: string; readonly files: Readonly<Record<string, string>> };

// TypeScript's DOM has no words for a service worker's side; its own library doesn't go together with the DOM's.
type Life = Event & { waitUntil(work: Promise<unknown>): void };
type Sync = Life & { readonly tag: string };
type Click = Life & { readonly notification: Notification };
type OpenPage = { postMessage(message: unknown): void; focus(): Promise<unknown> };
type Fetch = Life & { readonly request: Request; respondWith(answer: Promise<Response>): void };
type Scope = {
	readonly location: Location;
	readonly clients: {
		claim(): Promise<void>;
		matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: true }): Promise<readonly OpenPage[]>;
		openWindow(url: string): Promise<unknown>;
	};
	skipWaiting(): Promise<void>;
	addEventListener(type: 'install' | 'activate', listener: (event: Life) => void): void;
	addEventListener(type: 'sync', listener: (event: Sync) => void): void;
	addEventListener(type: 'notificationclick', listener: (event: Click) => void): void;
	addEventListener(type: 'fetch', listener: (event: Fetch) => void): void;
	addEventListener(type: 'message', listener: (event: MessageEvent & Life) => void): void;
};

const scope = globalThis as unknown as Scope;
const { version, files } = RELEASE;
const prefix = 'epr1.shell.';
const own = prefix + version;

async function digest(response: Response): Promise<string> {
	const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
	return btoa(String.fromCharCode(...hash))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
}

/** From a version before, byte for byte the same. */
async function keptCopy(path: string, hash: string): Promise<Response | null> {
	const kept = await caches.match(path);
	return kept !== undefined && (await digest(kept.clone())) === hash ? kept : null;
}

/** A server that is being updated may give a file of another version: this one is not complete then, and the one before stays. */
async function fetchFile(path: string, hash: string): Promise<Response> {
	const answer = await fetch(path, { cache: 'no-cache', credentials: 'omit', redirect: 'error' });
	if (!answer.ok || (await digest(answer.clone())) !== hash) throw new Error(`service worker: ${path} is not of this version`);
	return answer;
}

async function fill(): Promise<void> {
	const cache = await caches.open(own);
	await Promise.all(
		Object.entries(files).map(async ([path, hash]) => {
			const file = (await keptCopy(path, hash)) ?? (await fetchFile(path, hash));
			await cache.put(path, file);
		})
	);
}

/** The version before stays too: a page of it may still ask for a part that it has not loaded. */
async function tidy(): Promise<void> {
	const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
	await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

async function kept(path: string): Promise<Response | undefined> {
	return (await (await caches.open(own)).match(path)) ?? caches.match(path);
}

/** What another app has shared, until a page takes it: in memory alone, since a disk keeps what is deleted. */
let shared = '';

async function receive(request: Request): Promise<Response> {
	const form = await request.formData();
	const parts = ['title', 'text', 'url'].map((name) => form.get(name)).filter((part) => typeof part === 'string' && part !== '');
	shared = [...new Set(parts)].join('\n');
	return Response.redirect('/#share', 303);
}

function handOver(port: MessagePort): void {
	port.postMessage(shared);
	shared = '';
}

/** An address that is no page gets what the server says of it, and without one the page that says so. */
async function answer(request: Request, path: string): Promise<Response> {
	const file = await kept(path);
	if (file !== undefined) return file;
	try {
		return await fetch(request);
	} catch (error) {
		const shell = request.mode === 'navigate' ? await kept('/') : undefined;
		if (shell === undefined) throw error;
		return shell;
	}
}

scope.addEventListener('install', (event) => event.waitUntil(fill()));
scope.addEventListener('activate', (event) => event.waitUntil(tidy().then(() => scope.clients.claim())));
scope.addEventListener('message', (event) => {
	const { data, ports } = event;
	const [port] = ports;
	const held: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'shared') : undefined;
	if (typeof held === 'string') shared = held;
	if (data === 'take what was shared' && port !== undefined) handOver(port);
	if (data === 'apply') event.waitUntil(scope.skipWaiting());
});
/** Only pages have keys: where none is open nothing is sent. */
async function wakePages(): Promise<void> {
	for (const page of await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })) page.postMessage('online');
}

async function showPage(): Promise<void> {
	const [page] = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
	await (page === undefined ? scope.clients.openWindow('/') : page.focus());
}

scope.addEventListener('sync', (event) => {
	if (event.tag === 'epr1.send') event.waitUntil(wakePages());
});
scope.addEventListener('notificationclick', (event) => {
	event.notification.close();
	event.waitUntil(showPage());
});
scope.addEventListener('fetch', (event) => {
	const { pathname, origin } = new URL(event.request.url);
	if (origin !== scope.location.origin) return;
	if (event.request.method === 'POST' && pathname === '/share') return event.respondWith(receive(event.request));
	if (event.request.method !== 'GET') return;
	// Whatever is neither a page nor of the build is the server's alone.
	if (event.request.mode !== 'navigate' && !(pathname in files) && !pathname.startsWith('/_app/')) return;
	event.respondWith(answer(event.request, pathname));
});
