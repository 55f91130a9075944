/** What keeps codes from being guessed: docs/PROTOCOL.md §16.3. */
import { setTimeout as delay } from 'node:timers/promises';
import { charge, perMinute } from '../access/rates.ts';
import { Refusal } from '../errors.ts';
import type { Services } from '../services.ts';

type Ports = Pick<Services, 'access' | 'limits' | 'plansOn'>;

export type Guarded = {
	/** Name of the caller's network. */
	readonly prefix: string;
	/** For what says yes to any code: its success says nothing for the caller, and stays charged. */
	readonly alwaysCharged?: boolean;
	/** Resolves after so many milliseconds. */
	readonly wait?: (ms: number) => Promise<unknown>;
};

/** Every answer that depends on a code takes at least this long, in milliseconds. */
export const answerFloorMs = 250;
/** A right code gives its try back, so that a page may use its own code as often as it likes, up to so many times the tries. */
const callsPerTry = 6;

/**
 * Answers about codes, right or wrong, come after the same time. A try is charged before the work, so that none at once pass the
 * limit, and given back when the code was right. Throws `RATE_LIMITED`, at once and without having looked; `BAD_INPUT` where plans are off.
 */
export async function guarded<Result>(ports: Ports, guard: Guarded, work: () => Promise<Result>): Promise<Result> {
	const { access, limits, plansOn } = ports;
	const { prefix, alwaysCharged = false, wait = delay } = guard;
	if (!plansOn) throw new Refusal('BAD_INPUT');
	const tries = perMinute(limits.accountPerMinute);
	charge(access.rates, `account-calls:${prefix}`, perMinute(limits.accountPerMinute * callsPerTry));
	charge(access.rates, `account:${prefix}`, tries);
	const [outcome] = await Promise.allSettled([work(), wait(answerFloorMs)]);
	if (outcome.status === 'rejected') throw outcome.reason;
	if (!alwaysCharged) access.rates.giveBack(`account:${prefix}`, tries);
	return outcome.value;
}
