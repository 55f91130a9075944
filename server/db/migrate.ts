/** Brings the database's tables to the newest form, from the files in drizzle/. */
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { MigrationMeta } from 'drizzle-orm/migrator';
import type { Database } from './client.ts';

const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));
/** Any number that nothing else locks in this database. */
const migrationLock = 7_071_001;

type Transaction = Parameters<Parameters<Database['orm']['transaction']>[0]>[0];

/**
 * All or nothing, and one instance after the other. Keeps drizzle-kit's own ledger, but not its migrator: that one holds no lock,
 * so two instances that start together would both make the tables.
 */
export async function migrate(db: Database): Promise<void> {
	const migrations = readMigrationFiles({ migrationsFolder });
	await db.orm.transaction(async (tx) => {
		await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`);
		await tx.execute(sql`create schema if not exists drizzle`);
		await tx.execute(
			sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`
		);
		const done = await newestDone(tx);
		for (const migration of migrations) if (migration.folderMillis > done) await apply(tx, migration);
	});
}

async function newestDone(tx: Transaction): Promise<number> {
	const rows = await tx.execute<{ newest: number }>(
		sql`select coalesce(max(created_at), 0)::float8 as newest from drizzle.__drizzle_migrations`
	);
	return rows[0]?.newest ?? 0;
}

async function apply(tx: Transaction, { sql: statements, hash, folderMillis }: MigrationMeta): Promise<void> {
	for (const statement of statements) await tx.execute(sql.raw(statement));
	await tx.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`);
}
