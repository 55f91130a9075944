/** What each plan allows. The server's table decides; these are its defaults: PRODUCT §3, docs/PROTOCOL.md §11. */

export type Plan = {
	/** Rooms opened in a calendar month (UTC); absent: no limit. */
	readonly roomsPerMonth?: number;
	/** Rooms opened in an hour: against abuse; absent: no limit. */
	readonly roomsPerHour?: number;
	/** Content messages in a stored room; absent: no limit. */
	readonly messages?: number;
	/** Lifetimes of a stored room that can be chosen, in seconds. */
	readonly lifetimesSeconds: readonly number[];
	/** The longest custom lifetime in seconds; absent: only the listed ones. */
	readonly maxLifetimeSeconds?: number;
	readonly people: number;
	readonly files: number;
};

export const planNames = ['free', 'pro'] as const;
export type PlanName = (typeof planNames)[number];
export type Plans = { readonly [Name in PlanName]: Plan };

const hour = 3600;
const day = 24 * hour;

export const defaultPlans: Plans = {
	free: { roomsPerMonth: 15, messages: 50, lifetimesSeconds: [30 * day], people: 20, files: 5 },
	pro: { roomsPerHour: 60, lifetimesSeconds: [hour, day, 7 * day], maxLifetimeSeconds: 90 * day, people: 200, files: 200 }
};

export const minPeople = 2;
