/** The room that this tab was in before a reload. */
import { rememberedLink } from '../storage/session-record.ts';

/** The link's code, or `null`. */
export function rememberedCode(): string | null {
	return rememberedLink();
}
