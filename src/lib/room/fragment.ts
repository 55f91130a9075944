/**
 * The part of the address behind the #, read once and taken out of the address bar (docs/PROTOCOL.md §3). In a build, boot.js
 * does it on /r before anything else runs and leaves the text under this symbol; a link opened in a page that is already there
 * (`hashchange`), and the development server, come through the address itself.
 */
const left = Symbol.for('sotto.fragment');

/** Without the `#`; `null` when there is none. */
export function takeFragment(): string | null {
	const held: unknown = Reflect.get(globalThis, left);
	Reflect.deleteProperty(globalThis, left);
	const fragment = typeof held === 'string' && held !== '' ? held : location.hash.slice(1);
	if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
	return fragment === '' ? null : fragment;
}

/** Hands a link's code to the page /r without it ever standing in the address: for a link that was pasted or scanned here. */
export function leaveFragment(code: string): void {
	Reflect.set(globalThis, left, code);
}
