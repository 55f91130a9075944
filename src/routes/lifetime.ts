/** How long a room is to last, as the form has it: one of the plan's times, or one of one's own. Seconds. */
import type { Plan } from '#protocol/plans';

const hourSeconds = 3600;
export const daySeconds = 24 * hourSeconds;
/** The shortest time of one's own. */
export const leastSeconds = hourSeconds;

export const units = { hours: hourSeconds, days: daySeconds } as const;
export type Unit = keyof typeof units;

export type LifetimeChip = { readonly seconds: number; /** Can't be had with this plan. */ readonly proOnly: boolean };

/** In order of length; those of the greater plan beside one's own. */
export function chipsOf(own: Plan, greater: Plan | undefined): readonly LifetimeChip[] {
	const others = (greater?.lifetimesSeconds ?? []).filter((seconds) => !own.lifetimesSeconds.includes(seconds));
	const all = [
		...own.lifetimesSeconds.map((seconds) => ({ seconds, proOnly: false })),
		...others.map((seconds) => ({ seconds, proOnly: true }))
	];
	return all.sort((a, b) => a.seconds - b.seconds);
}

/** A day where it is offered: neither gone before the link was read, nor there for ever. */
export function defaultLifetime(plan: Plan): number {
	return plan.lifetimesSeconds.find((seconds) => seconds === daySeconds) ?? plan.lifetimesSeconds[0] ?? 0;
}

export type CustomFault = 'whole' | 'range';

/** `typed` in `unit`; `most` in seconds. */
export function parseCustom(typed: string, unit: Unit, most: number): { seconds: number } | { fault: CustomFault } {
	if (!/^\d{1,6}$/.test(typed.trim())) return { fault: 'whole' };
	const seconds = Number(typed.trim()) * units[unit];
	return seconds < leastSeconds || seconds > most ? { fault: 'range' } : { seconds };
}
