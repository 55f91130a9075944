/** F6 and Shift+F6: focus moves from one part of the screen to the next, in DOM order. */

/** In a room the conversation's own parts are gone to, not the whole of it. */
const parts = 'nav.rail, header, main:not(.conv), [role="log"], .composer, aside.panel';

/** A modal dialog keeps the focus: F6 does nothing there. Returns whether focus moved. */
export function moveToLandmark(root: Document, backwards: boolean): boolean {
	if (root.querySelector('dialog:modal')) return false;
	const all = [...root.querySelectorAll<HTMLElement>(parts)].filter((part) => part.checkVisibility() && !part.closest('[inert]'));
	const here = all.findLastIndex((part) => part.contains(root.activeElement));
	const next = backwards ? all.at(here <= 0 ? -1 : here - 1) : (all[here + 1] ?? all[0]);
	if (!next) return false;
	focusPart(next);
	return true;
}

function focusPart(part: HTMLElement): void {
	const target = part.matches('.composer') ? (part.querySelector<HTMLElement>('textarea') ?? part) : part;
	if (!target.matches('textarea, [tabindex]')) target.tabIndex = -1;
	target.focus();
}
