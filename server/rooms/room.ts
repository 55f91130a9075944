/** PURE. What a room may be, and which hour and day it belongs to: docs/PROTOCOL.md §6, §11. */
import { ProtocolError } from '#protocol/errors';
import { parseHeader, plainEnvelopeSize } from '#protocol/envelope';
import { direct, endWhenEmpty, keepWhenEmpty, live } from '#protocol/live';
import { modes, parseByte0 } from '#protocol/mode';
import type { Mode } from '#protocol/mode';
import { minPeople, planNames } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';

/** Modes that can be opened. */
export const openModes: readonly Mode[] = modes;
export const roomIdSize = 16;

const hourSeconds = 3600;
const daySeconds = 86_400;
/** Of the column `empty_policy` (§6.3, §11), besides `keepWhenEmpty` and `endWhenEmpty`: a second person has been in. */
export const endsEmptyNow = 2;

/** `lifetime` in seconds. Absent members take the plan's default. */
export type Wish = {
	readonly byte0: number;
	readonly lifetime: number | null;
	readonly emptyPolicy: number | null;
	readonly people: number | null;
};
export type Terms = {
	readonly byte0: number;
	readonly lifetimeSeconds: number;
	readonly emptyPolicy: number;
	readonly people: number;
	/** Content messages; `null`: no limit. */
	readonly cap: number | null;
};

/** What a mode allows, and what it takes where nothing is wished. */
type Bounds = {
	/** `null`: not allowed. */
	lifetime(wished: number | null): number | null;
	readonly people: number;
	/** The first is the usual one. */
	readonly emptyPolicies: readonly number[];
	readonly cap: number | null;
};

function boundsOf(plan: Plan, mode: Mode): Bounds {
	if (mode === 'relayed')
		return { lifetime: chooseLive, people: live.people, emptyPolicies: [endWhenEmpty, keepWhenEmpty], cap: null };
	if (mode === 'direct') return { lifetime: chooseDirect, people: direct.people, emptyPolicies: [endWhenEmpty], cap: null };
	const lifetime = (wished: number | null) => chooseLifetime(plan, wished);
	return { lifetime, people: plan.people, emptyPolicies: [keepWhenEmpty], cap: plan.messages ?? null };
}

/** `open`: modes that can be opened. `null` when the plan or the mode doesn't allow what is wished. */
export function agreeTerms(plan: Plan, wish: Wish, open: readonly Mode[]): Terms | null {
	const kind = parseByte0(wish.byte0);
	if (kind === null || !open.includes(kind.mode) || (kind.mode === 'stored' && !kind.password)) return null;
	const bounds = boundsOf(plan, kind.mode);
	const lifetimeSeconds = bounds.lifetime(wish.lifetime);
	const people = wish.people ?? bounds.people;
	const emptyPolicy = wish.emptyPolicy ?? bounds.emptyPolicies[0] ?? keepWhenEmpty;
	if (lifetimeSeconds === null || !bounds.emptyPolicies.includes(emptyPolicy)) return null;
	if (!Number.isInteger(people) || people < minPeople || people > bounds.people) return null;
	return { byte0: wish.byte0, lifetimeSeconds, emptyPolicy, people, cap: bounds.cap };
}

function chooseLive(wished: number | null): number | null {
	const seconds = wished ?? live.usualSeconds;
	return Number.isInteger(seconds) && seconds >= live.leastSeconds && seconds <= live.mostSeconds ? seconds : null;
}

function chooseDirect(wished: number | null): number | null {
	return wished === null || wished === direct.lifetimeSeconds ? direct.lifetimeSeconds : null;
}

function chooseLifetime(plan: Plan, wished: number | null): number | null {
	if (wished === null) return plan.lifetimesSeconds.length === 1 ? (plan.lifetimesSeconds[0] ?? null) : null;
	if (plan.lifetimesSeconds.includes(wished)) return wished;
	const isCustom = Number.isInteger(wished) && wished >= hourSeconds && wished <= (plan.maxLifetimeSeconds ?? 0);
	return isCustom ? wished : null;
}

/** `expiresAt`: unix seconds. A room that ends on the hour belongs to the hour before. */
export function epochOf(expiresAt: number): number {
	return Math.floor((expiresAt - 1) / hourSeconds);
}

/** `expiresAt`: unix seconds. */
export function dayOf(expiresAt: number): number {
	return Math.floor((expiresAt - 1) / daySeconds);
}

/** A card is a control envelope under the room's key: of the one size that a stored row has. */
export function isCard(card: Uint8Array): boolean {
	try {
		const header = parseHeader(card);
		return header.kind === 'control' && card.length === plainEnvelopeSize;
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}

/** Of a room that is there: its first byte was looked at when it was made. */
export function modeOf(byte0: number): Mode {
	const kind = parseByte0(byte0);
	if (kind === null) throw new Error(`rooms: unknown first byte ${byte0}`);
	return kind.mode;
}

export function planNumber(name: PlanName): number {
	return planNames.indexOf(name);
}

/** Throws on a number that no plan has. */
export function planOf(number: number): PlanName {
	const name = planNames[number];
	if (name === undefined) throw new Error(`rooms: unknown plan ${number}`);
	return name;
}
