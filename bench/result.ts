/** What one run of one workload against one system gave. Absent is: not measured there. */

export type Result = {
	/** The workload's own number: what the ratio is made of. */
	readonly score: number;
	readonly acknowledgedPerSecond?: number;
	readonly deliveriesPerSecond?: number;
	readonly p50Ms?: number;
	readonly p99Ms?: number;
	readonly lost: number;
	readonly doubled: number;
	readonly bytesPerSubscriber?: number;
	/** CPU time for one operation of the workload: a message, a connection, a room, a page. */
	readonly serverMicros?: number;
	readonly postgresMicros?: number;
	readonly clientMicros?: number;
};

/** Sizes of a run: the whole bench, or a short form of it that shows only that everything works. */
export type Scale = {
	readonly warmMs: number;
	readonly windowMs: number;
	readonly rooms: number;
	readonly readers: number;
	readonly idle: number;
	readonly connections: number;
	readonly historyRows: number;
	/** Made ahead for each round. */
	readonly tokens: number;
	/** How long a server is left alone before its memory is looked at. */
	readonly settleMs: number;
	/** Servers of their own for the workloads that ask for them. */
	readonly fresh: boolean;
};

export const fullScale: Scale = {
	warmMs: 1000,
	windowMs: 4000,
	rooms: 100,
	readers: 500,
	idle: 2000,
	connections: 1000,
	historyRows: 10_000,
	tokens: 8_000,
	settleMs: 500,
	fresh: true
};
export const quickScale: Scale = {
	warmMs: 50,
	windowMs: 250,
	rooms: 5,
	readers: 30,
	idle: 60,
	connections: 40,
	historyRows: 400,
	tokens: 200,
	settleMs: 50,
	fresh: false
};
