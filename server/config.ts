/** The environment, read once, checked, and documented: docs/OPERATIONS.md is made from this table. */
import * as v from 'valibot';
import type { Limits } from '#protocol/limits';
import { defaultLimits } from '#protocol/limits';
import type { Plans } from '#protocol/plans';
import { readPlans } from './plans.ts';

// Each has words of its own: valibot's would repeat what it got, and an address may hold a password.
const portWords = 'expected a number from 0 to 65535';
const port = v.pipe(v.string(), v.regex(/^\d+$/, portWords), v.transform(Number), v.maxValue(65_535, portWords));
/** What Postgres' integers and Node's timers can hold. */
const maxCount = 2_147_483_647;
const count = v.pipe(
	v.string(),
	v.regex(/^[1-9]\d*$/, 'expected a whole number of at least 1'),
	v.transform(Number),
	v.maxValue(maxCount, `expected at most ${maxCount}`)
);
/** Leading zero bits of a proof of work: beyond 16 no page does it, and none would ask for less. */
const mostBits = 16;
const bits = v.pipe(
	v.string(),
	v.regex(/^[1-9]\d*$/, `expected a whole number from 1 to ${mostBits}`),
	v.transform(Number),
	v.maxValue(mostBits, `expected a whole number from 1 to ${mostBits}`)
);
/** Rates and multiples, which may have a fraction. */
const amount = v.pipe(
	v.string(),
	v.regex(/^\d+(?:\.\d+)?$/, 'expected a number above 0'),
	v.transform(Number),
	v.gtValue(0, 'expected a number above 0'),
	v.maxValue(maxCount, `expected at most ${maxCount}`)
);
const origin = v.pipe(
	v.string(),
	v.url('expected an address with http:// or https://'),
	v.check((url) => URL.canParse(url) && new URL(url).origin === url, 'expected an origin without a path')
);
const list = v.pipe(
	v.string(),
	v.transform((text) =>
		text
			.split(',')
			.map((part) => part.trim())
			.filter((part) => part !== '')
	)
);

const turnUrls = v.pipe(
	list,
	v.check(
		(urls) => urls.every((url) => /^turns?:[^\s/?]+(?:\?transport=(?:udp|tcp))?$/.test(url)),
		'expected addresses such as turn:turn.example:3478'
	)
);

/** Each variable: what it is for, its form, and what it is when unset. */
export const variables = {
	PORT: { doc: 'Port of the one HTTP server.', schema: port, unset: '3000' },
	HOST: { doc: 'Address to listen on; 127.0.0.1 keeps it to this machine.', schema: v.string(), unset: 'all interfaces' },
	ORIGIN: {
		doc: 'The address that people see, without a path. Proofs and sockets are bound to it.',
		schema: origin,
		unset: 'http://localhost:PORT'
	},
	DATA_DIR: { doc: 'Where the embedded database and the keyring lie.', schema: v.string(), unset: './data' },
	DATABASE_URL: {
		doc: 'A Postgres of your own instead of the embedded one.',
		schema: v.pipe(v.string(), v.url('expected postgres://user:password@host:port/database')),
		unset: 'embedded'
	},
	DATABASE_CONNECTIONS: { doc: 'Connections to Postgres that this process may open.', schema: count, unset: '8' },
	KEYRING_DIR: { doc: "The seal's keys. Never in a backup of the database.", schema: v.string(), unset: 'DATA_DIR/keyring' },
	KEYRING_LOST: {
		doc: 'For one start, when the keyring of this database is lost for good: `end-all-rooms` deletes all rooms, which nobody can open any more, and begins anew with KEYRING_DIR.',
		schema: v.pipe(v.string(), v.literal('end-all-rooms', 'expected end-all-rooms, or nothing')),
		unset: ''
	},
	PLANS: {
		doc: '`off`: every room is a Pro room, nobody pays for it, and no plan is shown. For a server of your own people.',
		schema: v.pipe(v.string(), v.picklist(['on', 'off'], 'expected on or off')),
		unset: 'on'
	},
	STRIPE_SECRET_KEY: {
		doc: 'Takes payments by Stripe: the secret key (or a restricted one), with the next two. Without all three vouchers are all that is taken.',
		schema: v.pipe(v.string(), v.regex(/^[rs]k_\w+$/, 'expected a secret key of Stripe, which begins with sk_ or rk_')),
		unset: ''
	},
	STRIPE_WEBHOOK_SECRET: {
		doc: 'The signing secret of the webhook `ORIGIN/stripe/webhook`.',
		schema: v.pipe(v.string(), v.regex(/^whsec_\S+$/, 'expected the signing secret of a webhook, which begins with whsec_')),
		unset: ''
	},
	STRIPE_PRICE_ID: {
		doc: 'The price of a month of Pro.',
		schema: v.pipe(v.string(), v.regex(/^price_\w+$/, 'expected the id of a price, which begins with price_')),
		unset: ''
	},
	STRIPE_API: {
		doc: 'For tests and trials only: an address that answers like Stripe’s API, and is asked instead of it.',
		schema: origin,
		unset: 'Stripe'
	},
	TURN_URLS: {
		doc: 'Your own relay (coturn) for Direct rooms, separated by commas, such as `turn:turn.example:3478,turns:turn.example:5349`. With TURN_SECRET. Without, browsers reach each other directly or not at all.',
		schema: turnUrls,
		unset: ''
	},
	TURN_SECRET: {
		doc: 'What coturn has as `static-auth-secret`: credentials are made from it, each for 20 minutes at the most.',
		schema: v.pipe(v.string(), v.minLength(16, 'expected at least 16 characters')),
		unset: ''
	},
	TRUSTED_PROXIES: {
		doc: 'Addresses of your own proxies, separated by commas: their X-Forwarded-For is believed.',
		schema: list,
		unset: ''
	}
} as const;

export type StripeConfig = {
	readonly secretKey: string;
	readonly webhookSecret: string;
	readonly priceId: string;
	/** Where the API is, when it isn't Stripe's. */
	readonly api?: string;
};

export type TurnConfig = { readonly urls: readonly string[]; readonly secret: string };

export type Config = {
	readonly port: number;
	readonly host: string;
	readonly origin: string;
	readonly dataDir: string;
	readonly databaseUrl?: string;
	readonly databaseConnections: number;
	readonly keyringDir: string;
	/** All rooms may be deleted when the keyring isn't this database's. */
	readonly keyringLost: boolean;
	readonly trustedProxies: readonly string[];
	readonly limits: Limits;
	readonly plans: Plans;
	readonly plansOn: boolean;
	/** Absent: vouchers are all that is taken. */
	readonly stripe?: StripeConfig;
	/** Absent: there is no relay for Direct rooms. */
	readonly turn?: TurnConfig;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws an `Error` that names every variable that has the wrong form, and the form that it should have. */
export function readConfig(environment: Environment): Config {
	const faults: string[] = [];
	const read = <Schema extends v.GenericSchema<string, unknown>>(
		name: string,
		schema: Schema
	): v.InferOutput<Schema> | undefined => {
		const text = environment[name];
		if (text === undefined || text === '') return undefined;
		const parsed = v.safeParse(schema, text);
		if (parsed.success) return parsed.output;
		faults.push(`${name}: ${parsed.issues.map((issue) => issue.message).join('; ')}`);
		return undefined;
	};
	const listenPort = read('PORT', variables.PORT.schema) ?? 3000;
	const dataDir = read('DATA_DIR', variables.DATA_DIR.schema) ?? './data';
	const databaseUrl = read('DATABASE_URL', variables.DATABASE_URL.schema);
	const stripe = readStripe((name) => read(name, variables[name].schema), faults);
	const [urls, secret] = [read('TURN_URLS', variables.TURN_URLS.schema), read('TURN_SECRET', variables.TURN_SECRET.schema)];
	if ((urls === undefined) !== (secret === undefined) && faults.length === 0)
		faults.push('TURN_URLS, TURN_SECRET: expected both, or none');
	const config: Config = {
		port: listenPort,
		host: read('HOST', variables.HOST.schema) ?? '',
		origin: read('ORIGIN', variables.ORIGIN.schema) ?? `http://localhost:${listenPort}`,
		dataDir,
		...(databaseUrl === undefined ? {} : { databaseUrl }),
		databaseConnections: read('DATABASE_CONNECTIONS', variables.DATABASE_CONNECTIONS.schema) ?? 8,
		keyringDir: read('KEYRING_DIR', variables.KEYRING_DIR.schema) ?? `${dataDir}/keyring`,
		keyringLost: read('KEYRING_LOST', variables.KEYRING_LOST.schema) !== undefined,
		trustedProxies: read('TRUSTED_PROXIES', variables.TRUSTED_PROXIES.schema) ?? [],
		plans: readPlans(read),
		plansOn: read('PLANS', variables.PLANS.schema) !== 'off',
		...(stripe === null ? {} : { stripe }),
		...(urls === undefined || secret === undefined ? {} : { turn: { urls, secret } }),
		limits: readLimits({
			count: (name) => read(name, count),
			amount: (name) => read(name, amount),
			bits: (name) => read(name, bits)
		})
	};
	if (faults.length > 0) throw new Error(`configuration:\n  ${faults.join('\n  ')}`);
	return config;
}

const stripeKeys = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_PRICE_ID'] as const;
type StripeVariable = (typeof stripeKeys)[number] | 'STRIPE_API';

/** All three or none: half of them would take money and give nothing for it. Adds to `faults` otherwise. */
function readStripe(read: (name: StripeVariable) => string | undefined, faults: string[]): StripeConfig | null {
	const before = faults.length;
	const [secretKey, webhookSecret, priceId] = stripeKeys.map(read);
	const api = read('STRIPE_API');
	if (faults.length > before) return null;
	const isWhole = secretKey !== undefined && webhookSecret !== undefined && priceId !== undefined;
	if (isWhole) return { secretKey, webhookSecret, priceId, ...(api === undefined ? {} : { api }) };
	if ([secretKey, webhookSecret, priceId, api].some((value) => value !== undefined))
		faults.push(`${stripeKeys.join(', ')}: expected all three, or none and no STRIPE_API`);
	return null;
}

/** Every number of docs/PROTOCOL.md §17 is a setting, but for the sizes and times of HTTP requests, which stand in app.ts: `LIMIT_FRAME_BYTES`, `LIMIT_CONTENT_PER_SESSION_BURST`, … */
export function limitVariable(...path: readonly string[]): string {
	return `LIMIT_${path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_')}`;
}

type ReadNumber = (name: string) => number | undefined;

function readLimits(read: Readonly<Record<'count' | 'amount' | 'bits', ReadNumber>>): Limits {
	const number = (name: NumberLimit) => read.count(limitVariable(name)) ?? defaultLimits[name];
	const rate = (name: RateLimit) => ({
		perSecond: read.amount(limitVariable(name, 'perSecond')) ?? defaultLimits[name].perSecond,
		burst: read.count(limitVariable(name, 'burst')) ?? defaultLimits[name].burst
	});
	return {
		frameBytes: number('frameBytes'),
		initWaitMs: number('initWaitMs'),
		operationsInFlight: number('operationsInFlight'),
		pingIntervalMs: number('pingIntervalMs'),
		pingMisses: number('pingMisses'),
		bufferedBytes: number('bufferedBytes'),
		bodyBytes: number('bodyBytes'),
		contentPerSession: rate('contentPerSession'),
		contentPerRoom: rate('contentPerRoom'),
		controlPerSession: rate('controlPerSession'),
		createPerMinute: number('createPerMinute'),
		workPerMinute: number('workPerMinute'),
		workBits: read.bits(limitVariable('workBits')) ?? defaultLimits.workBits,
		accountPerMinute: number('accountPerMinute'),
		peekPerMinute: number('peekPerMinute'),
		historyPerMinute: number('historyPerMinute'),
		historyRows: number('historyRows'),
		replayRows: number('replayRows'),
		socketsPerPrefix: number('socketsPerPrefix'),
		socketsPerPlace: read.amount(limitVariable('socketsPerPlace')) ?? defaultLimits.socketsPerPlace
	};
}

type NumberLimit = { [Name in keyof Limits]: Limits[Name] extends number ? Name : never }[keyof Limits];
type RateLimit = Exclude<keyof Limits, NumberLimit>;
