import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestDatabase } from './db/testing.ts';
import { testDatabase } from './db/testing.ts';
import type { Main } from './testing-main.ts';
import { isBuilt, openRoomAt, peekAt, startMain } from './testing-main.ts';

let database: TestDatabase;
let keyringDir: string;
let main: Main | undefined;
beforeEach(async () => {
	database = await testDatabase();
	keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-main-'));
});
afterEach(async () => {
	await main?.kill();
	await database.stop();
	await rm(keyringDir, { recursive: true });
});

test.skipIf(!isBuilt)('a server whose log nobody reads any more goes on, and stops when it is told to', async () => {
	main = await startMain({ DATABASE_URL: database.url, KEYRING_DIR: keyringDir });
	const room = await openRoomAt(main);
	main.hangUp();
	// Each is told to the log.
	for (let times = 0; times < 20; times++) expect(await peekAt(main, room)).toBeGreaterThan(0);
	expect((await fetch(`http://${main.host}/readyz`)).status).toBe(200);
	expect(await main.stop()).toBe(0);
});
