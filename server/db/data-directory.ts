/** Where the database's server keeps its files. */
import type { Database } from './client.ts';

/** As that server names it, on its own host; `null` when this role may not know. */
export async function dataDirectoryOf({ sql }: Database): Promise<string | null> {
	// Not current_setting(), which fails for a role without pg_read_all_settings: here the row is left out.
	const [row] = await sql<{ setting: string }[]>`select setting from pg_settings where name = 'data_directory'`;
	return row?.setting ?? null;
}
