/** The room that this tab was in before a reload, or is to be in after it. */
import { rememberedKept, rememberedLink, rememberKept, rememberLink, wasOpenly } from '../storage/session-record.ts';
import { settings } from './settings.svelte.ts';

/** The link's code, or `null`. */
export function rememberedCode(): string | null {
	return rememberedLink();
}

/** The name on this device of the kept room that this tab is in, or is to be in; `null` for none. */
export function rememberedRoom(): string | null {
	return rememberedKept();
}

/** /r opens it then. A page that is in a room is loaded anew: only that forgets the other one's keys. */
export function turnTo(localId: string, isInRoom: boolean): boolean {
	rememberKept(localId);
	if (isInRoom) location.assign('/r');
	return isInRoom;
}

/**
 * The page is loaded anew for this link: the code stands in no address, nor in the history behind it. But for a shared computer, where
 * nothing else would carry it over: there the new page takes it out of its address before it does anything else.
 */
export function reloadFor(code: string): void {
	// What was read at another room's gate is not this one's.
	rememberLink(code, rememberedLink() === code && wasOpenly());
	if (settings.sharedComputer) history.replaceState(history.state, '', `/r#${code}`);
	location.reload();
}
