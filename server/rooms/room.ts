/** PURE. What a room may be, and which hour and day it belongs to: docs/PROTOCOL.md §6, §11. */
import { ProtocolError } from '#protocol/errors';
import { parseHeader, plainEnvelopeSize } from '#protocol/envelope';
import { parseByte0 } from '#protocol/mode';
import type { Mode } from '#protocol/mode';
import { minPeople, planNames } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';

/** Modes that can be opened now. */
export const openModes: readonly Mode[] = ['stored'];
export const roomIdSize = 16;

const hourSeconds = 3600;
const daySeconds = 86_400;
/** 0: keep until the end (§6.3). */
const keepWhenEmpty = 0;

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

/** `null` when the plan doesn't allow what is wished. */
export function agreeTerms(plan: Plan, wish: Wish): Terms | null {
	const kind = parseByte0(wish.byte0);
	const lifetimeSeconds = chooseLifetime(plan, wish.lifetime);
	const people = wish.people ?? plan.people;
	const emptyPolicy = wish.emptyPolicy ?? keepWhenEmpty;
	if (kind === null || !openModes.includes(kind.mode) || (kind.mode === 'stored' && !kind.password)) return null;
	if (lifetimeSeconds === null || emptyPolicy !== keepWhenEmpty) return null;
	if (!Number.isInteger(people) || people < minPeople || people > plan.people) return null;
	return { byte0: wish.byte0, lifetimeSeconds, emptyPolicy, people, cap: plan.messages ?? null };
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

export function planNumber(name: PlanName): number {
	return planNames.indexOf(name);
}

/** Throws on a number that no plan has. */
export function planOf(number: number): PlanName {
	const name = planNames[number];
	if (name === undefined) throw new Error(`rooms: unknown plan ${number}`);
	return name;
}
