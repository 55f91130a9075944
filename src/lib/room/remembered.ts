/** The room that this tab was in before a reload, or is to be in after it. */
import { rememberedLink, rememberLink } from '../storage/session-record.ts';

/** The link's code, or `null`. */
export function rememberedCode(): string | null {
	return rememberedLink();
}

/** The page is loaded anew for another link: the code never stands in the address, nor in the history behind it. */
export function reloadFor(code: string): void {
	rememberLink(code);
	location.reload();
}
