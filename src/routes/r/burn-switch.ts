/** The flame beside the composer: one tap turns self-destruct on, and what it is set to can be changed while its choices are open. Pure. */
import type { BurnSeconds } from '#protocol/burn';

export type BurnSwitch = {
	/** `null`: messages stay. */
	readonly value: BurnSeconds | null;
	/** The choices are shown. */
	readonly choosing: boolean;
	/** Set by the tap alone: looking at the choices and closing them again leaves it off. */
	readonly offered: boolean;
};

export function switchAt(value: BurnSeconds | null): BurnSwitch {
	return { value, choosing: false, offered: false };
}

/** The flame opens its choices. `start`: what it is set to when it was off. */
export function tapped(now: BurnSwitch, start: BurnSeconds): BurnSwitch {
	return { value: now.value ?? start, choosing: true, offered: now.value === null };
}

export function chosen(now: BurnSwitch, value: BurnSeconds | null): BurnSwitch {
	return { ...now, value, offered: false };
}

/** By the flame or Escape. `blank`: nothing is written that would go with what was offered. */
export function closed(now: BurnSwitch, blank: boolean): BurnSwitch {
	return blank ? switchAt(keptOf(now)) : taken(now);
}

/** Whoever writes on, or sends, has taken what was offered. */
export function taken({ value }: BurnSwitch): BurnSwitch {
	return switchAt(value);
}

/** What is still set when the composer goes away now. */
export function keptOf({ value, offered }: BurnSwitch): BurnSeconds | null {
	return offered ? null : value;
}
