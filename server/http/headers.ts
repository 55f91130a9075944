/** What every answer says to the browser besides its body: docs/PROTOCOL.md §18. */

/** Documents: nothing but our own files, and no way to turn text into script. */
export function documentPolicy(origin: string): string {
	const socket = origin.replace(/^http/, 'ws');
	return [
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' blob:",
		'media-src blob:',
		"font-src 'self'",
		`connect-src 'self' ${socket}`,
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		'trusted-types epr svelte-trusted-html'
	].join('; ');
}

/** Workers have a policy of their own. Those that hash, for keys and for tokens, may compile WebAssembly and load nothing. */
export const hashWorkerPolicy = "default-src 'none'; script-src 'wasm-unsafe-eval'";
export const vaultWorkerPolicy = "default-src 'none'; script-src 'self'";

/** On every answer, errors and workers included: without COEP and CORP on each, the page's own isolation would block them. */
export function commonHeaders(origin: string): Readonly<Record<string, string>> {
	return {
		...(origin.startsWith('https:') ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
		'referrer-policy': 'no-referrer',
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-embedder-policy': 'require-corp',
		'cross-origin-resource-policy': 'same-origin',
		'origin-agent-cluster': '?1',
		'permissions-policy':
			'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), clipboard-read=()'
	};
}

/** It fetches the build's files and nothing else. */
export const serviceWorkerPolicy = "default-src 'none'; connect-src 'self'";

export type PathKind = 'document' | 'immutable' | 'vault-worker' | 'hash-worker' | 'service-worker' | 'file';

export function kindOf(pathname: string): PathKind {
	if (/^\/_app\/immutable\/workers\/(?:kdf|token)-/.test(pathname)) return 'hash-worker';
	if (pathname.startsWith('/_app/immutable/workers/')) return 'vault-worker';
	if (pathname === '/service-worker.js') return 'service-worker';
	if (pathname.startsWith('/_app/immutable/')) return 'immutable';
	return /\.[a-z0-9]+$/i.test(pathname) ? 'file' : 'document';
}

export function headersFor(kind: PathKind, origin: string): Readonly<Record<string, string>> {
	const common = commonHeaders(origin);
	switch (kind) {
		case 'document':
			return { ...common, 'content-security-policy': documentPolicy(origin), 'cache-control': 'no-store' };
		case 'hash-worker':
			return { ...common, 'content-security-policy': hashWorkerPolicy };
		case 'vault-worker':
			return { ...common, 'content-security-policy': vaultWorkerPolicy };
		case 'service-worker':
			return { ...common, 'content-security-policy': serviceWorkerPolicy, 'cache-control': 'no-cache' };
		case 'immutable':
			return common;
		case 'file':
			return { ...common, 'cache-control': 'no-cache' };
	}
}
