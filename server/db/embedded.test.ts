import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from './embedded.ts';

const module = fileURLToPath(new URL('embedded.ts', import.meta.url));
let dataDir = '';
beforeEach(() => {
	dataDir = mkdtempSync(path.join(tmpdir(), 'sotto-embedded-'));
	chmodSync(dataDir, 0o711);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Another process that starts the embedded database, writes a row, says so, and waits for its end. */
async function startElsewhere() {
	const program = `
		const { startEmbedded } = await import(${JSON.stringify(module)});
		const { default: postgres } = await import('postgres');
		const embedded = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} });
		const sql = postgres(embedded.url, { max: 1 });
		await sql\`create table if not exists kept (n int)\`;
		await sql\`insert into kept values (1)\`;
		process.send('ready');
		process.on('message', async () => { await sql.end(); await embedded.stop(); process.exit(0); });`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
		cwd: path.dirname(module),
		stdio: ['ignore', 'inherit', 'inherit', 'ipc']
	});
	await once(child, 'message');
	return child;
}

async function count(url: string): Promise<number> {
	const sql = postgres(url, { max: 1 });
	try {
		const rows = await sql<{ n: number }[]>`select count(*)::int as n from kept`;
		return rows[0]?.n ?? 0;
	} finally {
		await sql.end();
	}
}

test('after kill -9 of its owner the next start finds every committed row, without cleaning', async () => {
	const owner = await startElsewhere();
	const gone = once(owner, 'exit');
	owner.kill('SIGKILL');
	await gone;
	const embedded = await startEmbedded({ dataDir });
	expect(await count(embedded.url)).toBe(1);
	await embedded.stop();
	await expect(count(embedded.url)).rejects.toThrow();
});

test('a user of the database that was killed keeps nobody from stopping it, even when another process has its id now', async () => {
	const embedded = await startEmbedded({ dataDir });
	const users = path.join(path.dirname(embedded.cluster), 'users');
	writeFileSync(path.join(users, String(process.ppid)), 'an earlier process');
	await embedded.stop();
	await expect(count(embedded.url)).rejects.toThrow();
});

test('two processes that start at once share one database, and the last to leave stops it', async () => {
	const [other, embedded] = await Promise.all([startElsewhere(), startEmbedded({ dataDir })]);
	expect(await count(embedded.url)).toBe(1);
	await embedded.stop();
	expect(await count(embedded.url)).toBe(1);
	const gone = once(other, 'exit');
	other.send('stop');
	await gone;
	await expect(count(embedded.url)).rejects.toThrow();
});
