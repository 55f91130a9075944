/** What this server offers, for the form on the home page. */
import type { Mode } from '#protocol/mode';
import type { Plan, PlanName } from '#protocol/plans';
import { RoomError } from './view';

export type Offer = {
	readonly plans: Readonly<Partial<Record<PlanName, Plan>>>;
	readonly modes: readonly Mode[];
};

/** Throws `RoomError`: `server-away`, `too-fast` or `unexpected`. */
export async function readOffer(): Promise<Offer> {
	await Promise.resolve();
	throw new RoomError('unexpected');
}
