/** Configuration → database → keyring → services → app → listen → graceful stop. Only here are things made that live as long as the process. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { defaultPlans } from '#protocol/plans';
import { createAccess } from './access/access.ts';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './db/client.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { ensurePartitions } from './db/partitions.ts';
import { requireVersion } from './db/version.ts';
import { createPostQueue } from './envelopes/post.ts';
import { createMemoryBus } from './fanout/memory-bus.ts';
import { createFeeds } from './fanout/room-feed.ts';
import { readPersisted } from './graphql/operations.ts';
import { createPages } from './http/pages.ts';
import { openKeyring } from './keyring/file-keyring.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { endExpiredRooms } from './rooms/end.ts';
import { withdrawLapsed } from './rooms/presence.ts';
import type { Services } from './services.ts';

const now = Date.now;
const dayMs = 86_400_000;

function say(words: string): void {
	process.stdout.write(`sotto: ${words}\n`);
}

function readConfigOrEnd() {
	try {
		return readConfig(process.env);
	} catch (error) {
		say(error instanceof Error ? error.message : String(error));
		return process.exit(2);
	}
}

const config = readConfigOrEnd();
const log = createLog((line) => process.stdout.write(`${line}\n`), now);
const metrics = createMetrics();

const embedded = config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
const db = openDatabase(config.databaseUrl ?? embedded?.url ?? '', { max: config.databaseConnections });
await requireVersion(db);
await migrate(db);
await ensurePartitions(db, Math.floor(now() / dayMs));

const keyring = await openKeyring(config.keyringDir);
const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: config.limits.socketsPerPlace, now, randomBytes });
const bus = createMemoryBus();
const feeds = createFeeds({
	bus,
	limits: config.limits,
	onDelivered: (frames) => metrics.add('deliveries_total', frames),
	onDropped: () => metrics.add('slow_readers_total')
});
const services: Services = {
	db,
	keyring,
	access,
	bus,
	feeds,
	posts: createPostQueue({ db, bus, limits: config.limits, metrics, now, rates: access.rates }),
	limits: config.limits,
	plans: defaultPlans,
	origin: config.origin,
	log,
	metrics,
	now,
	randomBytes
};

const pages = await createPages(fileURLToPath(new URL('../build', import.meta.url)), config.origin);
const app = createApp(services, {
	persisted: readPersisted(new URL('graphql/persisted.json', import.meta.url)),
	pages,
	trustedProxies: config.trustedProxies
});
const http = createServer(app.serverOptions, app.handle);
http.on('upgrade', app.upgrade);

/** Runs `task` every `ms`, never twice at once; a failure is logged and the next turn comes all the same. */
function every(ms: number, event: string, task: () => Promise<unknown>): NodeJS.Timeout {
	let running = false;
	return setInterval(() => {
		if (running) return;
		running = true;
		task()
			.catch(() => log.error(event))
			.finally(() => (running = false));
	}, ms);
}

const timers = [
	every(1_000, 'presence', async () => withdrawLapsed(services)),
	every(1_000, 'expiry', () => endExpiredRooms(services)),
	every(3_600_000, 'partitions', () => ensurePartitions(db, Math.floor(now() / dayMs)))
];

let stopping = false;
async function stop(): Promise<void> {
	if (stopping) return;
	stopping = true;
	for (const timer of timers) clearInterval(timer);
	http.close();
	http.closeIdleConnections();
	await app.close();
	http.closeAllConnections();
	await db.close();
	await embedded?.stop();
	process.exit();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

http.once('error', (error) => {
	const busy = 'code' in error && error.code === 'EADDRINUSE';
	say(busy ? `port ${config.port} is taken. Stop what uses it, or choose another with PORT=…` : error.message);
	process.exitCode = 1;
	void stop();
});
http.listen(config.port, config.host === '' ? undefined : config.host, () => say(`listening on ${config.origin}`));
