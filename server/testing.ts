/** For tests: a whole server on a port of its own. `testing-people.ts` has those who use it. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Limits } from '#protocol/limits';
import { defaultLimits } from '#protocol/limits';
import type { Mode } from '#protocol/mode';
import { defaultPlans } from '#protocol/plans';
import { createAccess } from './access/access.ts';
import { createApp } from './app.ts';
import type { Payments } from './billing/payments.ts';
import type { StripePorts } from './billing/stripe.ts';
import { openDatabase } from './db/client.ts';
import { createPostQueue } from './envelopes/post.ts';
import { createNumbers } from './envelopes/numbers.ts';
import { createRings } from './envelopes/rings.ts';
import { createMemoryBus } from './fanout/memory-bus.ts';
import { createFeeds } from './fanout/room-feed.ts';
import { openKeyring } from './keyring/file-keyring.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openModes } from './rooms/room.ts';
import type { Services } from './services.ts';
import { testTokenKeys } from './tokens/testing.ts';
import { readPersisted } from './graphql/operations.ts';
import { documents, hashOf } from './testing-documents.ts';

const origin = 'https://rooms.example';

export type TestServer = {
	readonly services: Services;
	readonly origin: string;
	/** `127.0.0.1:port`. */
	readonly host: string;
	/** Lines of the log. */
	readonly log: readonly string[];
	/** Closes the sockets as a stop of the process does; the port and the database stay until `stop`. */
	readonly closeApp: () => Promise<void>;
	stop(): Promise<void>;
};

/** `databaseUrl`: migrated and with partitions; stays as it is. Rates are wide open unless `limits` says otherwise. `keyringDir`: one of its own when absent. */
export async function startServer({
	databaseUrl,
	limits = {},
	keyringDir,
	modes = openModes,
	payments = () => null,
	turn = null
}: {
	databaseUrl: string;
	limits?: Partial<Limits>;
	keyringDir?: string;
	/** In which rooms can be opened; those of the program when absent. */
	modes?: readonly Mode[];
	/** Makes the one who takes money; nobody does when absent. */
	payments?: (ports: StripePorts) => Payments | null;
	/** The relay; none when absent. */
	turn?: Services['turn'];
}): Promise<TestServer> {
	const folder = await mkdtemp(path.join(tmpdir(), 'sotto-server-'));
	const db = openDatabase(databaseUrl, { max: 8 });
	const keyring = await openKeyring(keyringDir ?? folder);
	const log: string[] = [];
	const services = assemble({
		db,
		keyring,
		limits: { ...wideOpen, ...limits },
		write: (line) => log.push(line),
		modes,
		payments,
		turn
	});
	const ours = readPersisted(new URL('graphql/persisted.json', import.meta.url));
	const persisted = { ...ours, ...Object.fromEntries(Object.values(documents).map((text) => [hashOf(text), text])) };
	const app = createApp(services, {
		persisted,
		pages: (_request, response) => response.writeHead(404).end('a page'),
		trustedProxies: []
	});
	const http = createServer(app.serverOptions, app.handle);
	http.on('upgrade', app.upgrade);
	http.on('clientError', app.clientError);
	await once(http.listen(0, '127.0.0.1'), 'listening');
	return {
		services,
		origin,
		host: `127.0.0.1:${(http.address() as AddressInfo).port}`,
		log,
		closeApp: app.close,
		async stop() {
			await app.close();
			http.close();
			http.closeAllConnections();
			await db.close();
			await keyring.close();
			await rm(folder, { recursive: true });
		}
	};
}

const wide = { perSecond: 1e6, burst: 1e6 };
const wideOpen: Limits = {
	...defaultLimits,
	contentPerSession: wide,
	contentPerRoom: wide,
	controlPerSession: wide,
	createPerMinute: 1e6,
	accountPerMinute: 1e6,
	peekPerMinute: 1e6,
	socketsPerPrefix: 1e6
};

type Parts = Pick<Services, 'db' | 'keyring' | 'limits' | 'turn'> & {
	readonly write: (line: string) => void;
	readonly modes: readonly Mode[];
	readonly payments: (ports: StripePorts) => Payments | null;
};

function assemble({ db, keyring, limits, write, modes, payments, turn }: Parts): Services {
	const now = Date.now;
	const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: limits.socketsPerPlace, now, randomBytes });
	const bus = createMemoryBus();
	const metrics = createMetrics();
	const feeds = createFeeds({
		bus,
		limits,
		onDelivered: (frames) => metrics.add('deliveries_total', frames),
		onDropped: () => metrics.add('slow_readers_total')
	});
	const rings = createRings({ bus, now });
	const numbers = createNumbers({ db, bus, now });
	const posts = createPostQueue({ db, bus, rings, numbers, limits, metrics, now, rates: access.rates });
	const plans = { ...defaultPlans, free: { ...defaultPlans.free, people: 1_000 } };
	return {
		db,
		keyring,
		access,
		bus,
		feeds,
		rings,
		numbers,
		posts,
		limits,
		plans,
		modes,
		plansOn: true,
		tokenKeys: testTokenKeys,
		payments: payments({ db, origin, metrics, now, randomBytes }),
		turn,
		origin,
		log: createLog(write, now),
		metrics,
		now,
		randomBytes
	};
}
