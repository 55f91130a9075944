/** How long a room is to last, as the form has it: one of the times that are offered, or one of one's own. Seconds. */
import { live } from '#protocol/live';
import type { Plan } from '#protocol/plans';

const minuteSeconds = 60;
const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;

export const units = { minutes: minuteSeconds, hours: hourSeconds, days: daySeconds } as const;
export type Unit = keyof typeof units;

/** What can be chosen: by a plan, or in every Live room. */
export type Times = Pick<Plan, 'lifetimesSeconds' | 'maxLifetimeSeconds'>;

export const liveTimes: Times = { lifetimesSeconds: live.lifetimesSeconds, maxLifetimeSeconds: live.mostSeconds };

/** How times of a mode are chosen. */
export type Choosing = {
	/** The shortest time of one's own. */
	readonly least: number;
	readonly units: readonly Unit[];
	/** What stands in the field for one's own at first. */
	readonly first: { readonly typed: string; readonly unit: Unit };
	/** What one gets without choosing, where it is offered. */
	readonly usual: number;
};

/** A day: neither gone before the link was read, nor there for ever. */
export const storedChoosing: Choosing = {
	least: hourSeconds,
	units: ['hours', 'days'],
	first: { typed: '30', unit: 'days' },
	usual: daySeconds
};
export const liveChoosing: Choosing = {
	least: live.leastSeconds,
	units: ['minutes', 'hours'],
	first: { typed: '30', unit: 'minutes' },
	usual: live.usualSeconds
};

export type LifetimeChip = { readonly seconds: number; /** Can't be had with this plan. */ readonly proOnly: boolean };

/** In order of length; those of the greater plan beside one's own. */
export function chipsOf(own: Times, greater: Times | undefined): readonly LifetimeChip[] {
	const others = (greater?.lifetimesSeconds ?? []).filter((seconds) => !own.lifetimesSeconds.includes(seconds));
	const all = [
		...own.lifetimesSeconds.map((seconds) => ({ seconds, proOnly: false })),
		...others.map((seconds) => ({ seconds, proOnly: true }))
	];
	return all.sort((a, b) => a.seconds - b.seconds);
}

export function defaultLifetime({ lifetimesSeconds }: Times, usual: number): number {
	return lifetimesSeconds.find((seconds) => seconds === usual) ?? lifetimesSeconds[0] ?? 0;
}

export type CustomFault = 'whole' | 'range';

/** `typed` in `unit`; the range in seconds. */
export function parseCustom(
	typed: string,
	unit: Unit,
	{ least, most }: { readonly least: number; readonly most: number }
): { seconds: number } | { fault: CustomFault } {
	if (!/^\d{1,6}$/.test(typed.trim())) return { fault: 'whole' };
	const seconds = Number(typed.trim()) * units[unit];
	return seconds < least || seconds > most ? { fault: 'range' } : { seconds };
}
