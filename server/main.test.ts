import { globSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

test.skipIf(!isBuilt)(
	'with a database of its own a room is there again after Ctrl-C and after kill -9, and nothing goes on running',
	async () => {
		// As root, Postgres runs as another user, who must get in.
		await chmod(keyringDir, 0o711);
		const start = () => startMain({ DATA_DIR: keyringDir, KEYRING_DIR: path.join(keyringDir, 'keyring') });
		main = await start();
		const room = await openRoomAt(main);
		expect(await main.stop()).toBe(0);
		main = await start();
		expect(await peekAt(main, room)).toBeGreaterThan(0);
		await main.kill();
		main = await start();
		expect(await peekAt(main, room)).toBeGreaterThan(0);
		expect(globSync('**/postmaster.pid', { cwd: keyringDir })).toHaveLength(1);
		expect(await main.stop()).toBe(0);
		expect(globSync('**/postmaster.pid', { cwd: keyringDir })).toEqual([]);
	}
);

test.skipIf(!isBuilt)(
	'a keyring in the wrong place, or of another database, is said in a sentence, and nothing is served',
	async () => {
		await writeFile(path.join(keyringDir, 'file'), '');
		const [{ folder } = { folder: '' }] = await database.db.sql<{ folder: string }[]>`
		select current_setting('data_directory') as folder`;
		const startAt = (place: string) => startMain({ DATABASE_URL: database.url, KEYRING_DIR: place });
		await expect(startAt(path.join(keyringDir, 'file'))).rejects.toThrow(/sotto: KEYRING_DIR: .*file/);
		await expect(startAt(path.join(folder, 'keyring'))).rejects.toThrow(
			/sotto: KEYRING_DIR: .* inside the data directory of Postgres/
		);
		main = await startAt(path.join(keyringDir, 'keyring'));
		await openRoomAt(main);
		expect(await main.stop()).toBe(0);
		const other = await testDatabase();
		const start = startMain({ DATABASE_URL: other.url, KEYRING_DIR: path.join(keyringDir, 'keyring') });
		await expect(start.finally(() => other.stop())).rejects.toThrow(/sotto: KEYRING_DIR: .*the rooms of another database/);
	}
);
