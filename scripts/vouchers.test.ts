import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeAlphabet, foldCode, isCode } from '#protocol/codes';
import { openDatabase } from '../server/db/client.ts';
import { startEmbedded } from '../server/db/embedded.ts';
import { migrate } from '../server/db/migrate.ts';
import { makeVoucher } from '../server/billing/vouchers.ts';
import { testDatabase } from '../server/db/testing.ts';
import { readBatch } from './vouchers.ts';

const script = fileURLToPath(new URL('vouchers.ts', import.meta.url));

let home: string;
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sotto-vouchers-'));
	// As root, Postgres runs as another user, who must get in.
	await chmod(home, 0o711);
});
afterEach(() => rm(home, { recursive: true }));

type Ended = { readonly status: number; readonly codes: readonly string[]; readonly said: string };

function run(words: readonly string[], env: Readonly<Record<string, string>> = { DATA_DIR: home }): Promise<Ended> {
	return new Promise((resolve) => {
		const child = execFile(process.execPath, [script, ...words], { env }, (_error, stdout, said) =>
			resolve({ status: child.exitCode ?? -1, codes: stdout.trim().split('\n'), said })
		);
	});
}

function hashOf(label: string, text: string): Buffer {
	return createHash('sha256').update(label).update(text).digest();
}

test('codes in four groups whose last letter checks the others; the database has their hashes and days', async () => {
	const database = await testDatabase({ max: 1 });
	const { status, codes } = await run(['--days', '30', '--count', '10'], { DATABASE_URL: database.url });
	expect(status).toBe(0);
	expect(new Set(codes).size).toBe(10);
	for (const code of codes) {
		expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
		const letters = foldCode(code);
		expect(isCode(letters)).toBe(true);
		expect(letters[15]).toBe(codeAlphabet[(hashOf('epr/1/voucher', letters.slice(0, 15))[0] ?? 0) >> 3]);
	}
	const rows = await database.db.sql<{ h: Buffer; days: number }[]>`select h, days from vouchers`;
	const hashes = codes.map((code) => hashOf('epr/1/voucher-hash', foldCode(code)).toString('hex'));
	expect(rows.map(({ h }) => h.toString('hex')).toSorted()).toEqual(hashes.toSorted());
	expect(new Set(rows.map(({ days }) => days))).toEqual(new Set([30]));
	await database.stop();
});

test('vouchers come while the embedded database runs and while it does not, and leave it as it was', async () => {
	const embedded = await startEmbedded({ dataDir: home });
	const db = openDatabase(embedded.url, { max: 1 });
	expect(await run(['--days', '7'])).toMatchObject({ status: 1, said: expect.stringContaining('there is no database') });
	await migrate(db);
	expect((await run(['--days', '7', '--count', '2'])).codes).toHaveLength(2);
	expect((await db.sql`select from vouchers where days = 7`).count).toBe(2);
	await db.close();
	await embedded.stop();
	expect(await run(['--days', '1'])).toMatchObject({ status: 0, said: '' });
	const again = await startEmbedded({ dataDir: home });
	const reopened = openDatabase(again.url, { max: 1 });
	expect((await reopened.sql`select from vouchers`).count).toBe(3);
	await reopened.close();
	await again.stop();
});

test('before the first start there is no database, and none is made', async () => {
	expect(await run(['--days', '7'])).toMatchObject({ status: 1, codes: [''], said: expect.stringContaining('when it starts') });
	expect(await readdir(home)).toEqual([]);
});

test('a voucher of known bytes is the one of docs/PROTOCOL.md §16.2', () => {
	expect(makeVoucher(Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))).toBe('000G40R40M30E20W');
});

test('what was meant is said when the words are wrong', () => {
	expect(readBatch(['--days', '30', '--count', '10'])).toEqual({ days: 30, count: 10 });
	expect(readBatch(['--days=30'])).toEqual({ days: 30, count: 1 });
	for (const words of [[], ['--days', '0'], ['--days', '-3'], ['--days', '1.5'], ['--days', 'ten'], ['--days', '3651']])
		expect(() => readBatch(words), words.join(' ')).toThrow(/days[^]*Usage: npm run vouchers/);
	for (const words of [
		['--days', '1', '--count', '0'],
		['--days', '1', '--count', '1001']
	])
		expect(() => readBatch(words), words.join(' ')).toThrow('--count: expected a whole number from 1 to 1000');
	for (const words of [['--dyas', '1'], ['30', '10'], ['--days']]) expect(() => readBatch(words)).toThrow('Usage');
});
