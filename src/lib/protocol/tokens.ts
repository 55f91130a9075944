/** What both sides of a token must write alike: docs/PROTOCOL.md §16.1. Pure; no clock, no randomness. */
import type { Bytes } from './bytes.ts';
import { concat, u32, utf8 } from './bytes.ts';
import type { PlanName } from './plans.ts';
import { planNames } from './plans.ts';

/** A token opens one room of the plan that it is for. `nonce` 32 bytes, `output` 64. */
export type Token = {
	readonly plan: PlanName;
	readonly period: number;
	readonly nonce: Bytes;
	readonly output: Bytes;
};

export const nonceSize = 32;
export const outputSize = 64;
/** A serialized element of ristretto255 (RFC 9496). */
export const elementSize = 32;
/** The challenge and the response of a batch's proof (RFC 9497 §2.2). */
export const proofSize = 64;
/** Of the month's key for free tokens, which people in a room compare: docs/PROTOCOL.md §8. */
export const tokenKeyHintSize = 4;
/** The most Pro tokens that are asked for at once. */
export const maxProBatch = 30;
/** Of a period's end: its tokens are good for so much longer, in milliseconds. */
export const tokenGraceMs = 86_400_000;
const hourMs = 3_600_000;

/** Of the calendar month (UTC) of `now` (unix ms): year · 12 + month − 1. */
export function periodOf(now: number): number {
	const date = new Date(now);
	return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Unix ms of the first moment after `period`. */
export function endOfPeriod(period: number): number {
	return Date.UTC(Math.floor(period / 12), (period % 12) + 1);
}

/** Unix ms at which the hour of `now` (unix ms) is over, and Pro's tokens are counted anew: §16.2. */
export function endOfHour(now: number): number {
	return (Math.floor(now / hourMs) + 1) * hourMs;
}

/** Whether a token of `period` opens a room at `now` (unix ms): in its month and 24 hours more, not before. */
export function isCurrent(period: number, now: number): boolean {
	return period === periodOf(now) || period === periodOf(now - tokenGraceMs);
}

/** The token type's number: an index of `planNames`. */
export function tokenType(plan: PlanName): number {
	return planNames.indexOf(plan);
}

/** What DeriveKeyPair is told of the key. */
export function keyInfo(plan: PlanName, period: number): Bytes {
	return utf8(`epr/1/voprf/${plan}/${period}`);
}

/** What the server's function is computed of. */
export function tokenInput({ plan, period, nonce }: Pick<Token, 'plan' | 'period' | 'nonce'>): Bytes {
	return concat(utf8('epr/1/token'), Uint8Array.of(tokenType(plan)), u32(period), nonce);
}
