/** A database of its own for a test: migrated, with its partitions, empty. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { Database } from './client.ts';
import { openDatabase } from './client.ts';
import { databaseUrl } from './testing-setup.ts';

export type TestDatabase = { readonly db: Database; readonly url: string; stop(): Promise<void> };

export async function testDatabase(options: { readonly max?: number } = {}): Promise<TestDatabase> {
	const server = inject('postgresUrl');
	const name = `test_${randomBytes(6).toString('hex')}`;
	const admin = postgres(server, { max: 1 });
	await admin`create database ${admin(name)} template sotto_template strategy file_copy`;
	const url = databaseUrl(server, name);
	const db = openDatabase(url, { max: options.max ?? 4 });
	const stop = async () => {
		await db.close();
		await admin`drop database ${admin(name)} with (force)`;
		await admin.end();
	};
	return { db, url, stop };
}
