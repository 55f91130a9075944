/** Postgres as old as this one's statements allow: `old` and `new` in RETURNING came with 18. */
import type { Database } from './client.ts';

const oldestMajor = 18;

/** Throws a sentence for the operator when DATABASE_URL names an older one. */
export async function requireVersion({ sql }: Pick<Database, 'sql'>): Promise<void> {
	const rows = await sql<{ number: number }[]>`select current_setting('server_version_num')::int as number`;
	const major = Math.floor((rows[0]?.number ?? 0) / 10_000);
	if (major >= oldestMajor) return;
	throw new Error(
		`DATABASE_URL names Postgres ${major}; Sotto needs ${oldestMajor} or newer. Without DATABASE_URL it brings its own.`
	);
}
