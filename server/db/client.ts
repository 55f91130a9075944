/** Opens the database: one pool of postgres.js connections, and drizzle over it. */
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

/** The type of tagged templates here and in transactions: `bigint` columns are JavaScript bigints, `bytea` are Buffers. */
export type Sql = postgres.Sql<{ bigint: bigint }>;

/** Tagged templates, whether inside a transaction or not. */
export type Statements = postgres.ISql<{ bigint: bigint }>;

export type Database = {
	/** Tagged templates, for statements that must be one statement, and for the hot ones: they stay prepared. */
	readonly sql: Sql;
	readonly orm: PostgresJsDatabase;
	/** Waits up to 5 s for statements under way. */
	close(): Promise<void>;
};

/** `max`: connections of the pool. Opens the first one when it is needed. */
export function openDatabase(url: string, options: { readonly max: number }): Database {
	const sql = postgres(url, {
		max: options.max,
		types: { bigint: postgres.BigInt },
		onnotice: () => undefined,
		connection: { application_name: 'sotto', synchronous_commit: 'on' }
	});
	return { sql, orm: drizzle(sql), close: () => sql.end({ timeout: 5 }) };
}
