/**
 * The service worker: keeps the files of one build, so that every page opens without a network and without a server. It knows no
 * room and no key, and answers nothing but GET requests for those files.
 */

import { pageLock } from './lib/shell/page-lock.ts';

/** The build: `files` from path to SHA-256 (base64url). scripts/finish-build.ts writes it here, when all files are as they stay. */
declare const RELEASE: { readonly version: string; readonly files: Readonly<Record<string, string>> };

// TypeScript's DOM has no words for a service worker's side; its own library doesn't go together with the DOM's.
type Life = Event & { waitUntil(work: Promise<unknown>): void };
type Rule = { readonly condition: object; readonly source: { readonly cacheName: string } };
/** `addRoutes`: of Chromium, from version 123. */
type Install = Life & { addRoutes?(rules: readonly Rule[]): Promise<void> };
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
	addEventListener(type: 'install', listener: (event: Install) => void): void;
	addEventListener(type: 'activate', listener: (event: Life) => void): void;
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

/** Where the browser can give out what is kept by itself, no page waits for this worker to start. */
async function route(event: Install): Promise<void> {
	const or = Object.keys(files).map((pathname) => ({ urlPattern: { pathname, search: '' }, requestMethod: 'GET' }));
	try {
		await event.addRoutes?.([{ condition: { or }, source: { cacheName: own } }]);
	} catch {
		// Then each request comes here, as everywhere else.
	}
}

/** Stands in the cache of a version that has been in use: since when, unix ms. */
const inUse = '/in-use';

async function usedSince(name: string): Promise<number> {
	const mark = await caches.match(inUse, { cacheName: name });
	return mark === undefined ? 0 : Number(await mark.text());
}

/** The scripts that open pages began with: each holds a lock of that name (src/lib/shell/page-lock.ts). */
async function openScripts(): Promise<readonly string[]> {
	if (!('locks' in navigator)) return [];
	const { held = [] } = await navigator.locks.query();
	return held.flatMap(({ name = '' }) => (name.startsWith(pageLock) ? [name.slice(pageLock.length)] : []));
}

/**
 * The version before that was in use stays too, and every other that an open page is of: a page may still ask for a part that it has
 * not loaded.
 */
async function tidy(): Promise<void> {
	const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
	const scripts = await openScripts();
	const isOpen = async (name: string) => {
		const found = await Promise.all(scripts.map((path) => caches.match(path, { cacheName: name })));
		return found.some((file) => file !== undefined);
	};
	const others = await Promise.all(
		names.map(async (name) => ({ name, since: await usedSince(name), isOpen: await isOpen(name) }))
	);
	const [before] = others.toSorted((one, other) => other.since - one.since);
	const gone = others.filter((each) => !each.isOpen && (each !== before || each.since === 0));
	await Promise.all(gone.map(({ name }) => caches.delete(name)));
	await (await caches.open(own)).put(inUse, new Response(String(Date.now())));
}

/** Looking makes no cache anew that somebody has erased. */
async function kept(path: string): Promise<Response | undefined> {
	return (await caches.match(path, { cacheName: own })) ?? caches.match(path);
}

/** What another app has shared, until a page takes it: in memory alone, since a disk keeps what is deleted. */
let shared = '';
/** Half a message, or what was shared, for a room that the next page enters. */
const held = new Map<unknown, string>();

async function receive(request: Request): Promise<Response> {
	const form = await request.formData();
	const parts = ['title', 'text', 'url'].map((name) => form.get(name)).filter((part) => typeof part === 'string' && part !== '');
	shared = [...new Set(parts)].join('\n');
	return Response.redirect('/#share', 303);
}

/** What pages hold here and take again, each thing once: src/lib/shell/share.ts. */
function hearPage(data: unknown, port: MessagePort | undefined): void {
	const said = (name: string): unknown => (typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined);
	const [text, room] = [said('hold'), said('room')];
	if (typeof text === 'string') held.set(room, text);
	if (said('take') === 'shared') {
		port?.postMessage(shared);
		shared = '';
	}
	if (said('take') === 'held') {
		port?.postMessage(held.get(room) ?? '');
		held.delete(room);
	}
}

/** A link whose # some mail filter has made a part of the path: its secret is for no server. */
const linkInPath = /^\/r%23/i;

/** An address that is no page gets what the server says of it, and without one the page that says so. */
async function answer(request: Request, path: string): Promise<Response> {
	const file = await kept(linkInPath.test(path) ? '/r' : path);
	if (file !== undefined) return file;
	try {
		return await fetch(request);
	} catch (error) {
		const shell = request.mode === 'navigate' ? await kept('/') : undefined;
		if (shell === undefined) throw error;
		return shell;
	}
}

scope.addEventListener('install', (event) => event.waitUntil(Promise.all([fill(), route(event)])));
scope.addEventListener('activate', (event) => event.waitUntil(tidy().then(() => scope.clients.claim())));
scope.addEventListener('message', (event) => {
	hearPage(event.data, event.ports[0]);
	if (event.data === 'apply') event.waitUntil(scope.skipWaiting());
	if (event.data === 'claim') event.waitUntil(scope.clients.claim());
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
