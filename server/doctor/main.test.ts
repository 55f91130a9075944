import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../db/embedded.ts';
import { openKeyring } from '../keyring/file-keyring.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

let home: string;
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sotto-doctor-'));
	// As root, Postgres runs as another user, who must get in.
	await chmod(home, 0o711);
});
afterEach(() => rm(home, { recursive: true }));

/** What it says. How it ends is the machine's business: the temporary folder may lie on anything. */
function examine(dataDir: string): Promise<string> {
	const env = { DATA_DIR: dataDir, ORIGIN: 'https://rooms.example' };
	return new Promise((resolve) => execFile(process.execPath, [main], { env }, (_error, stdout) => resolve(stdout)));
}

test('before the first start there is no database, which is no fault; none is made, and the machine is looked at', async () => {
	const empty = path.join(home, 'empty');
	await mkdir(empty);
	for (const dataDir of [empty, path.join(home, 'not there')]) {
		const text = await examine(dataDir);
		expect(text).toContain('ok       There is no database yet; the server makes it at its first start');
		expect(text).toContain('People come in at https://rooms.example.');
		expect(text).toContain('ok       Plan free: rooms per month 15');
	}
	expect(await readdir(home, { recursive: true })).toEqual(['empty']);
});

test('a database that was made is looked at, and its keyring', async () => {
	const embedded = await startEmbedded({ dataDir: home });
	try {
		await (await openKeyring(path.join(home, 'keyring'))).close();
		const text = await examine(home);
		expect(text).not.toContain('There is no database yet');
		expect(text).toContain('Postgres writes nothing of what people do into its logs.');
		expect(text).toContain('is whole, and open to nobody else.');
	} finally {
		await embedded.stop();
	}
});
