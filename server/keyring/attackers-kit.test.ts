import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJob } from '../job/job.ts';
import { createTasks } from '../job/tasks.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';
import { attack, victimOf } from './testing-attacker.ts';
import type { Disks } from './testing-disks.ts';
import { openDisks } from './testing-disks.ts';
import type { RealRoom } from './testing-house.ts';
import { fillRealRoom } from './testing-house.ts';

const isLong = process.env.LONG !== undefined;
const roomCount = isLong ? 20 : 8;
const messagesEach = isLong ? 50 : 20;
const all = roomCount * messagesEach;

let disks: Disks;
let server: TestServer;
let rooms: RealRoom[];

beforeAll(async () => {
	disks = await openDisks();
	server = await startServer({ databaseUrl: disks.databaseUrl, keyringDir: disks.keyringDir });
	const words = (room: number) => Array.from({ length: messagesEach }, (_, n) => `room ${room} message ${n}`);
	const names = Array.from({ length: roomCount }, (_, room) => room);
	rooms = await Promise.all(names.map((room) => fillRealRoom(server, `four words make ${room}`, words(room))));
});
afterAll(async () => {
	await server.stop();
	await disks.stop();
});

/** Half of the rooms are purged, the other half's time is over. */
async function endAll(): Promise<void> {
	const followings = rooms.map(({ person }) => person.follow({ after: messagesEach }));
	await Promise.all(followings.map((following) => following.until(({ events }) => events.length > 0)));
	const purged = rooms.slice(0, roomCount / 2);
	for (const { person } of purged) expect((await person.run('purge')).errors).toBeUndefined();
	await disks.db.sql`update rooms set expires_at = clock_timestamp()`;
	await createJob(server.services, createTasks(server.services)).turn('expiry');
	await Promise.all(followings.map((following) => following.until(({ events }) => events.at(-1)?.__typename === 'Gone')));
}

test('copies of everything, with link and password, open all messages while rooms live and none once they ended', async ({
	annotate
}) => {
	await annotate(`The keyring was read as ${disks.medium}.`);
	const refKey = readFileSync(path.join(disks.keyringDir, 'ref.key'));
	const victims = rooms.map((room) => victimOf(room, refKey));
	const midLife = [disks.copyCluster(), await disks.copyBackup()];
	const keyringMidLife = disks.copyKeyring();
	expect(attack(victims, [...midLife, keyringMidLife]).size).toBe(all);

	await endAll();
	const after = [disks.copyCluster(), await disks.copyBackup()];
	expect(attack(victims, [...midLife, ...after, disks.copyKeyring()]).size).toBe(0);
	// It is the keyring that closed them: with its copy, which must never be made, everything opens again.
	expect(attack(victims, [...midLife, keyringMidLife]).size).toBe(all);
});
