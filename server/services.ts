/** What main.ts puts together and everything below is given. Nothing here reads the environment or makes a singleton. */
import type { Limits } from '#protocol/limits';
import type { Mode } from '#protocol/mode';
import type { Plans } from '#protocol/plans';
import type { Database } from './db/client.ts';
import type { Access } from './access/access.ts';
import type { Bus } from './fanout/bus.ts';
import type { Feeds } from './fanout/room-feed.ts';
import type { Keyring } from './keyring/keyring.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { TokenKeys } from './tokens/keys.ts';
import type { Payments } from './billing/payments.ts';
import type { Numbers } from './envelopes/numbers.ts';
import type { PostQueue } from './envelopes/post.ts';
import type { Rings } from './envelopes/rings.ts';
import type { Turn } from './turn/credentials.ts';

export type Services = {
	readonly db: Database;
	readonly keyring: Keyring;
	readonly access: Access;
	readonly bus: Bus;
	readonly feeds: Feeds;
	readonly rings: Rings;
	readonly numbers: Numbers;
	readonly posts: PostQueue;
	readonly limits: Limits;
	readonly plans: Plans;
	/** In which rooms can be opened. */
	readonly modes: readonly Mode[];
	/** Off: every room is a Pro room, and nobody pays for it. */
	readonly plansOn: boolean;
	readonly tokenKeys: TokenKeys;
	/** `null`: the operator takes vouchers only. */
	readonly payments: Payments | null;
	/** `null`: there is no relay for Direct rooms. */
	readonly turn: Turn | null;
	/** The configured origin, e.g. `https://rooms.example`: never taken from a header. */
	readonly origin: string;
	readonly log: Log;
	readonly metrics: Metrics;
	/** Unix ms. */
	readonly now: () => number;
	readonly randomBytes: (size: number) => Uint8Array;
};
