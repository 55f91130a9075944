/** The addresses of the workers, the service worker's among them, the only scripts that the page's Trusted Types policy lets start: docs/PROTOCOL.md §18. */
import kdfUrl from './kdf.worker.ts?worker&url';
import tokenUrl from './token.worker.ts?worker&url';
import vaultUrl from './vault.worker.ts?worker&url';

const urls = { kdf: kdfUrl, token: tokenUrl, vault: vaultUrl } as const;
const serviceWorkerUrl = '/service-worker.js';

type Policy = { createScriptURL(url: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };

function allow(url: string): string {
	if (url === serviceWorkerUrl || Object.values<string>(urls).includes(url)) return url;
	throw new TypeError('worker-url: not one of our workers');
}

/** Browsers without Trusted Types get the same check. TypeScript's DOM doesn't know them, nor that a `Worker` takes what they make. */
function createPolicy(): Policy {
	const rules: Policy = { createScriptURL: allow };
	const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
	return factory?.createPolicy('epr', rules) ?? rules;
}

let policy: Policy | null = null;

function trusted(url: string): string {
	policy ??= createPolicy();
	return policy.createScriptURL(url);
}

export function startWorker(name: keyof typeof urls): Worker {
	return new Worker(trusted(urls[name]), { type: 'module', name: `sotto ${name}` });
}

/** Throws where the browser has none, or may keep none. */
export function registerServiceWorker(): Promise<ServiceWorkerRegistration> {
	return navigator.serviceWorker.register(trusted(serviceWorkerUrl), { updateViaCache: 'none' });
}
