/** When a message burns, as this device sees it: docs/PROTOCOL.md §8. Pure; times are unix ms by the server's clock. */
import type { BurnSeconds } from '#protocol/burn';
import type { Letter } from './send.ts';
import type { Burn, MessageItem } from './view.ts';

export type BurnFacts = {
	/** As signed; absent: by its sender's word it stays. */
	readonly seconds?: BurnSeconds | undefined;
	/** As the server has it: `null` when it stays, absent when it hasn't said. */
	readonly burnAt?: number | null | undefined;
	/** At the server, to the second below. */
	readonly arrivedAt: number;
	readonly now: number;
};

/** The last of a message is its fading: at its time it is gone. */
export const burnFadeMs = 900;
/** What seconds cut off, a way back and two clocks of one house can put between a number and its own. Every choice is further from the next. */
const toleranceMs = 4000;

/** `null` when it stays. The shorter of two numbers wins, and nothing stays longer here than was signed. */
export function burnOf({ seconds, burnAt, arrivedAt, now }: BurnFacts): Burn | null {
	if (seconds === undefined) return burnAt == null ? null : { at: burnAt, differs: true, gone: false };
	const lastsMs = seconds * 1000;
	const signed = Math.min(arrivedAt + 1000, now) + lastsMs;
	const differs = burnAt !== undefined && (burnAt === null || Math.abs(burnAt - arrivedAt - lastsMs) > toleranceMs);
	return { seconds, at: Math.min(signed, burnAt ?? signed), differs, gone: false };
}

/** Of a letter without an answer: the others may have it since it first went out, so that is when its time began. */
export function unansweredBurn({ burnSeconds: seconds, postedAt }: Pick<Letter, 'burnSeconds' | 'postedAt'>): Burn | null {
	if (seconds === undefined) return null;
	return { seconds, at: postedAt === undefined ? null : postedAt + seconds * 1000, differs: false, gone: false };
}

/** Burned at the server before its time, or though its sender never said so. */
export function isEarly(burn: Burn | undefined, now: number): boolean {
	return burn === undefined || (burn.at !== null && burn.at - now > toleranceMs);
}

/** What is left of a message: who sent it and when, and not a word of it. */
export function ashesOf(item: MessageItem, differs = item.burn?.differs ?? false): MessageItem {
	return { ...item, text: '', burn: { ...item.burn, at: null, differs, gone: true } };
}
