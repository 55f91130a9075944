/** For the whole test run: one embedded Postgres, and in it a migrated database that every test copies. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { openDatabase } from './client.ts';
import { startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';

declare module 'vitest' {
	interface ProvidedContext {
		postgresUrl: string;
	}
}

const day = 86_400_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'sotto-test-'));
	// As root, Postgres runs as another user, who must get in.
	chmodSync(dataDir, 0o711);
	const embedded = await startEmbedded({ dataDir });
	const admin = postgres(embedded.url, { max: 1 });
	await admin`create database sotto_template`;
	await admin.end();
	const db = openDatabase(databaseUrl(embedded.url, 'sotto_template'), { max: 1 });
	await migrate(db);
	await ensurePartitions(db, Math.floor(Date.now() / day));
	await db.close();
	project.provide('postgresUrl', embedded.url);
	return async () => {
		await embedded.stop();
		rmSync(dataDir, { recursive: true, force: true });
	};
}

export function databaseUrl(url: string, database: string): string {
	const parsed = new URL(url);
	parsed.pathname = `/${database}`;
	return parsed.href;
}
