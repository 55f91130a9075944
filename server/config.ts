/** The environment, read once, checked, and documented: docs/OPERATIONS.md is made from this table. */
import * as v from 'valibot';
import type { Limits } from '#protocol/limits';
import { defaultLimits } from '#protocol/limits';

const port = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(0), v.maxValue(65_535));
const count = v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)?$/), v.transform(Number));
const origin = v.pipe(
	v.string(),
	v.url(),
	v.check((url) => new URL(url).origin === url, 'expected an origin without a path')
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

/** Each variable: what it is for, its form, and what it is when unset. */
export const variables = {
	PORT: { doc: 'Port of the one HTTP server.', schema: port, unset: '3000' },
	HOST: { doc: 'Address to listen on.', schema: v.string(), unset: '' },
	ORIGIN: {
		doc: 'The address that people see, without a path. Proofs and sockets are bound to it.',
		schema: origin,
		unset: 'http://localhost:PORT'
	},
	DATA_DIR: { doc: 'Where the embedded database and the keyring lie.', schema: v.string(), unset: './data' },
	DATABASE_URL: {
		doc: 'A Postgres of your own instead of the embedded one.',
		schema: v.pipe(v.string(), v.url()),
		unset: 'embedded'
	},
	DATABASE_CONNECTIONS: { doc: 'Connections to Postgres that this process may open.', schema: count, unset: '8' },
	KEYRING_DIR: { doc: "The seal's keys. Never in a backup of the database.", schema: v.string(), unset: 'DATA_DIR/keyring' },
	TRUSTED_PROXIES: {
		doc: 'Addresses of your own proxies, separated by commas: their X-Forwarded-For is believed.',
		schema: list,
		unset: ''
	}
} as const;

export type Config = {
	readonly port: number;
	readonly host: string;
	readonly origin: string;
	readonly dataDir: string;
	readonly databaseUrl?: string;
	readonly databaseConnections: number;
	readonly keyringDir: string;
	readonly trustedProxies: readonly string[];
	readonly limits: Limits;
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
	const config: Config = {
		port: listenPort,
		host: read('HOST', variables.HOST.schema) ?? '',
		origin: read('ORIGIN', variables.ORIGIN.schema) ?? `http://localhost:${listenPort}`,
		dataDir,
		...(databaseUrl === undefined ? {} : { databaseUrl }),
		databaseConnections: read('DATABASE_CONNECTIONS', variables.DATABASE_CONNECTIONS.schema) ?? 8,
		keyringDir: read('KEYRING_DIR', variables.KEYRING_DIR.schema) ?? `${dataDir}/keyring`,
		trustedProxies: read('TRUSTED_PROXIES', variables.TRUSTED_PROXIES.schema) ?? [],
		limits: readLimits((name) => read(name, count))
	};
	if (faults.length > 0) throw new Error(`configuration:\n  ${faults.join('\n  ')}`);
	return config;
}

/** Every number of docs/PROTOCOL.md §17 is a setting: `LIMIT_FRAME_BYTES`, `LIMIT_CONTENT_PER_SESSION_BURST`, … */
export function limitVariable(...path: readonly string[]): string {
	return `LIMIT_${path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_')}`;
}

function readLimits(read: (name: string) => number | undefined): Limits {
	const number = (name: NumberLimit) => read(limitVariable(name)) ?? defaultLimits[name];
	const rate = (name: RateLimit) => ({
		perSecond: read(limitVariable(name, 'perSecond')) ?? defaultLimits[name].perSecond,
		burst: read(limitVariable(name, 'burst')) ?? defaultLimits[name].burst
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
		peekPerMinute: number('peekPerMinute'),
		historyPerMinute: number('historyPerMinute'),
		historyRows: number('historyRows'),
		replayRows: number('replayRows'),
		socketsPerPrefix: number('socketsPerPrefix'),
		socketsPerPlace: number('socketsPerPlace')
	};
}

type NumberLimit = { [Name in keyof Limits]: Limits[Name] extends number ? Name : never }[keyof Limits];
type RateLimit = Exclude<keyof Limits, NumberLimit>;
