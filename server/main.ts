/** Configuration → database → keyring → services → app → listen → graceful stop. Only here are things made that live as long as the process. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAccess } from './access/access.ts';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './db/client.ts';
import { startClock } from './db/clock.ts';
import { dataDirectoryOf } from './db/data-directory.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { ensurePartitions } from './db/partitions.ts';
import { requireVersion } from './db/version.ts';
import { createPostQueue } from './envelopes/post.ts';
import { createNumbers } from './envelopes/numbers.ts';
import { createRings } from './envelopes/rings.ts';
import { createMemoryBus } from './fanout/memory-bus.ts';
import { createFeeds } from './fanout/room-feed.ts';
import { readPersisted } from './graphql/operations.ts';
import { createPages } from './http/pages.ts';
import { createJob } from './job/job.ts';
import { clockTask } from './job/clock.ts';
import { createTasks } from './job/tasks.ts';
import { bindToDatabase } from './keyring/binding.ts';
import { codeOf } from './keyring/codes.ts';
import { openKeyring } from './keyring/file-keyring.ts';
import { requirePlaceApart } from './keyring/folder.ts';
import { createLog, placeOf } from './log.ts';
import { sweepMemory } from './memory.ts';
import { createMetrics } from './metrics.ts';
import { openModes } from './rooms/room.ts';
import { createTokenKeys } from './tokens/keys.ts';
import type { Services } from './services.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

function say(words: string): void {
	process.stdout.write(`sotto: ${words}\n`);
}

// Who reads it may go away, as a shell does that started this: what was to be said is lost then, and nothing else is wrong.
process.stdout.on('error', () => undefined);

/** A database that has gone away is not waited for longer than this, in milliseconds. */
const closeMs = 15_000;
/** What was opened, newest first: stopping closes it in this order, wherever the start had got to. */
const closers: (() => unknown)[] = [];
let listening = false;
let stopping = false;

async function stop(code: number): Promise<void> {
	if (stopping) return;
	stopping = true;
	for (const close of closers) {
		try {
			await Promise.race([close(), pause(closeMs, undefined, { ref: false })]);
		} catch {
			log.error('stop'); // What comes after it is closed all the same: the database above all.
		}
	}
	process.exit(code);
}

function fail(error: Error): void {
	// Before the first request there is nothing of anybody in an error; afterwards only its place is told.
	if (listening) log.error('crash', { at: placeOf(error) });
	else say(error.message);
	void stop(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
process.on('uncaughtException', fail);

const log = createLog((line) => process.stdout.write(`${line}\n`), Date.now);
const config = readConfig(process.env);
const metrics = createMetrics();

const embedded = config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
closers.unshift(() => embedded?.stop());
if (embedded !== null && !path.resolve(embedded.cluster).startsWith(path.resolve(config.dataDir))) {
	say(`the database lies in ${embedded.cluster}, since its user may not enter ${config.dataDir}`);
}
const db = openDatabase(config.databaseUrl ?? embedded?.url ?? '', { max: config.databaseConnections });
closers.unshift(() => db.close());
await requireVersion(db);
await migrate(db);
// Ends, hours and days are the database's. People are told times of both, so this process goes by its clock too, however wrong its own is.
const clock = await startClock(db, Date.now);
const { now } = clock;
await ensurePartitions(db, Math.floor(now() / dayMs));

const { keyringDir, keyringLost } = config;
const dataDirectory = embedded?.cluster ?? (await dataDirectoryOf(db));
requirePlaceApart(keyringDir, dataDirectory === null ? [] : [dataDirectory]);
const keyring = await openKeyring(keyringDir, {
	report: (error) => log.error('keyring', { code: codeOf(error), at: placeOf(error) })
});
closers.unshift(() => keyring.close());
// Before anybody is let in.
const epochHour = Math.floor(now() / hourMs);
const bound = await bindToDatabase({ db, keyring, folder: keyringDir, epochHour, endRooms: keyringLost, randomBytes });
if (bound !== 'found') say(`a new keyring begins in ${path.resolve(keyringDir)}`);
if (keyringLost) say(`${bound === 'rooms ended' ? 'all rooms are ended' : 'no keyring was lost'}. Unset KEYRING_LOST.`);
await keyring.sweep(epochHour);
const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: config.limits.socketsPerPlace, now, randomBytes });
const bus = createMemoryBus();
const rings = createRings({ bus, now });
const numbers = createNumbers({ db, bus, now });
const feeds = createFeeds({
	bus,
	limits: config.limits,
	onDelivered: (frames) => metrics.add('deliveries_total', frames),
	onDropped: () => metrics.add('slow_readers_total')
});
// Loaded only by those who use it: it is large.
const payments =
	config.stripe === undefined
		? null
		: (await import('./billing/stripe.ts')).createStripePayments(
				{ db, origin: config.origin, metrics, now, randomBytes },
				config.stripe
			);
const services: Services = {
	db,
	keyring,
	access,
	bus,
	feeds,
	rings,
	numbers,
	posts: createPostQueue({ db, bus, rings, numbers, limits: config.limits, metrics, now, rates: access.rates }),
	limits: config.limits,
	plans: config.plans,
	modes: openModes,
	plansOn: config.plansOn,
	tokenKeys: createTokenKeys(keyring.tokenSeed),
	payments,
	turn: config.turn ?? null,
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
http.on('clientError', app.clientError);

const job = createJob(services, [...createTasks({ ...services, sweepMemory }), clockTask(clock)]);
closers.unshift(() => job.stop());
// What ended while nobody was here, before anybody is served.
await job.turn('expiry');
await job.turn('slots');
job.start();

closers.unshift(async () => {
	http.close();
	http.closeIdleConnections();
	await app.close();
	http.closeAllConnections();
});

http.once('error', (error) => {
	const busy = 'code' in error && error.code === 'EADDRINUSE';
	fail(busy ? new Error(`port ${config.port} is taken. Stop what uses it, or choose another with PORT=…`) : error);
});
http.listen(config.port, config.host === '' ? undefined : config.host, () => {
	listening = true;
	say(`listening on ${config.origin}`);
});
