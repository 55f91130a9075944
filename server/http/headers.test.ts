import { expect, test } from 'vitest';
import { headersFor, kindOf } from './headers.ts';

const origin = 'https://rooms.example';
const of = (pathname: string) => headersFor(kindOf(pathname), origin);

test.each([
	['/', 'no-store', /script-src 'self';.*require-trusted-types-for 'script'; trusted-types epr svelte-trusted-html$/],
	['/r', 'no-store', /^default-src 'none'; script-src 'self'; style-src 'self';/],
	['/nowhere', 'no-store', /connect-src 'self' wss:\/\/rooms\.example;/],
	['/service-worker.js', 'no-cache', /^default-src 'none'; connect-src 'self'$/],
	['/manifest.webmanifest', 'no-cache', null],
	['/_app/immutable/workers/vault-abc.js', undefined, /^default-src 'none'; script-src 'self'$/],
	['/_app/immutable/workers/kdf-abc.js', undefined, /^default-src 'none'; script-src 'wasm-unsafe-eval'$/],
	['/_app/immutable/workers/token-abc.js', undefined, /^default-src 'none'; script-src 'wasm-unsafe-eval'$/],
	// How long it is kept says whoever sends the file, who knows that its name has a hash: e2e/offline.spec.ts.
	['/_app/immutable/chunks/abc.js', undefined, null]
])('%s may do what its kind may, and is kept as its kind is', (pathname, keeping, policy) => {
	const { 'cache-control': kept, 'content-security-policy': allowed } = of(pathname);
	expect(kept).toBe(keeping);
	if (policy === null) expect(allowed).toBeUndefined();
	else expect(allowed).toMatch(policy);
});

test('only the workers that hash may compile WebAssembly, and nobody may run a text', () => {
	const paths = ['/', '/service-worker.js', '/_app/immutable/workers/vault-abc.js', '/_app/immutable/workers/kdf-abc.js'];
	const may = paths.filter((pathname) => of(pathname)['content-security-policy']?.includes('wasm-unsafe-eval'));
	expect(may).toEqual(['/_app/immutable/workers/kdf-abc.js']);
	for (const pathname of paths) expect(of(pathname)['content-security-policy']).not.toMatch(/'unsafe-eval'|unsafe-inline/);
});

test.each([['/'], ['/nowhere'], ['/icon.svg'], ['/_app/immutable/workers/kdf-abc.js']])(
	'%s is isolated from other sites, and tells none where one came from',
	(pathname) => {
		expect(of(pathname)).toMatchObject({
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-embedder-policy': 'require-corp',
			'cross-origin-resource-policy': 'same-origin',
			'referrer-policy': 'no-referrer',
			'strict-transport-security': 'max-age=63072000; includeSubDomains'
		});
	}
);
