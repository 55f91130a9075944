/** A server whose own clock is wrong: what ends when, and what people are told of it, goes by the database's. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestDatabase } from './db/testing.ts';
import { testDatabase } from './db/testing.ts';
import type { Main } from './testing-main.ts';
import { enterAt, isBuilt, openRoomAt, peekAt, postAt, readAt, startMain, untilGone } from './testing-main.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Of the plan that these rooms have. */
const lifetimeMs = 30 * dayMs;
/** A busy machine takes its time; a wrong clock is off by hours. */
const toleranceMs = 20_000;
const near = (ms: number, within = toleranceMs) => ({
	asymmetricMatch: (other: unknown) => Math.abs(Number(other) - ms) <= within
});

let database: TestDatabase;
let keyringDir: string;
let main: Main | undefined;
beforeEach(async () => {
	database = await testDatabase();
	keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-clock-'));
});
afterEach(async () => {
	await main?.kill();
	await database.stop();
	await rm(keyringDir, { recursive: true });
});

const clocks = [
	['12 hours behind', -12],
	['12 hours ahead', 12],
	...(process.env.LONG === undefined ? [] : [['two days ahead', 48] as const])
] as const;

test.skipIf(!isBuilt).for(clocks)('a clock that is %s changes nothing', async ([, hours]) => {
	const { sql } = database.db;
	const today = Math.floor(Date.now() / dayMs);
	await sql`drop table ${sql(`envelopes_${today}`)}`;
	main = await startMain({ DATABASE_URL: database.url, KEYRING_DIR: keyringDir }, hours * hourMs);
	expect(await sql`select to_regclass(${`envelopes_${today}`}) as found`).not.toEqual([{ found: null }]);
	const room = await openRoomAt(main);
	const [file = ''] = (await readdir(keyringDir)).filter((name) => name.endsWith('.ek'));
	expect(parseInt(file) * hourMs).toEqual(near(Date.now() + lifetimeMs, hourMs));
	const reader = await enterAt(main, room);
	expect(reader.socket.ack.now).toEqual(near(Date.now()));
	expect(reader.joined).toMatchObject({ ageMs: near(0), expiresInMs: near(lifetimeMs) });
	expect(await peekAt(main, room)).toEqual(near(lifetimeMs));
	expect(await postAt(reader, { kind: 'control' })).toBeLessThan(toleranceMs / 1000);
	expect(await postAt(reader, { burnSeconds: 300 })).toBeLessThan(toleranceMs / 1000);
	await reader.following.until(({ seqs }) => seqs.length > 0);
	expect(reader.following.events.at(-1)).toMatchObject({ seq: 1, burnAt: near(reader.socket.ack.now + 300_000) });
	expect(await readAt(reader)).toBe(1);

	const short = await openRoomAt(main);
	await sql`update rooms set expires_at = clock_timestamp() + interval '4 s' where id = (select max(id) from rooms)`;
	const last = await enterAt(main, short);
	await postAt(last, { kind: 'control' });
	await untilGone(last);
	expect(last.following.events.at(-1)).toEqual({ __typename: 'Gone', reason: 'ended' });
	await expect(peekAt(main, short)).rejects.toThrow('ROOM_GONE');
	expect(await peekAt(main, room)).toEqual(near(lifetimeMs));
	expect(main.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
