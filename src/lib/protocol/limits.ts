/** Limits of the wire with their defaults: docs/PROTOCOL.md §17. Each is an operator setting; a load test sets its own. */

export type Rate = { readonly perSecond: number; readonly burst: number };

export type Limits = {
	readonly frameBytes: number;
	readonly initWaitMs: number;
	readonly operationsInFlight: number;
	readonly pingIntervalMs: number;
	readonly pingMisses: number;
	readonly bufferedBytes: number;
	readonly bodyBytes: number;
	readonly contentPerSession: Rate;
	readonly contentPerRoom: Rate;
	readonly controlPerSession: Rate;
	readonly createPerMinute: number;
	readonly workPerMinute: number;
	readonly workBits: number;
	readonly accountPerMinute: number;
	readonly peekPerMinute: number;
	readonly historyPerMinute: number;
	readonly historyRows: number;
	readonly replayRows: number;
	readonly socketsPerPrefix: number;
	readonly socketsPerPlace: number;
};

export const defaultLimits: Limits = {
	frameBytes: 32_768,
	initWaitMs: 3_000,
	operationsInFlight: 8,
	pingIntervalMs: 20_000,
	pingMisses: 2,
	bufferedBytes: 1_048_576,
	bodyBytes: 32_768,
	contentPerSession: { perSecond: 10, burst: 400 },
	contentPerRoom: { perSecond: 100, burst: 400 },
	controlPerSession: { perSecond: 10, burst: 40 },
	createPerMinute: 10,
	workPerMinute: 30,
	workBits: 5,
	accountPerMinute: 10,
	peekPerMinute: 30,
	historyPerMinute: 600,
	historyRows: 50,
	replayRows: 200,
	socketsPerPrefix: 256,
	socketsPerPlace: 1.5
};

/** How long a proof's challenge is good, in milliseconds (§5). */
export const challengeLifeMs = 60_000;
/** A place of a socket that was lost is kept this long, in milliseconds (§8: away, then left). */
export const awayMs = 90_000;
/** A room that ends when everybody has left does so this long after the last of them said goodbye, in milliseconds (§11). */
export const emptyAfterLeaveMs = 60_000;
/** The same for the last of them whose socket was lost. */
export const emptyAfterLossMs = 300_000;
/** A session outlives its connection by this much, in milliseconds (§5). */
export const sessionGraceMs = 600_000;
/** A wrong proof is answered after this long, in milliseconds (§5). */
export const failedJoinDelayMs = 250;
/** Leading zero bits that a join must show after too many wrong passwords (§5). */
export const joinWorkDifficulty = 7;

/** Why the server closes a socket. 4400–4429 are graphql-ws's own. */
export const closeCodes = {
	gone: 4006,
	tooSlow: 4008,
	replaced: 4009,
	tooManySockets: 4010,
	restarting: 1012
} as const;
