import { expect, test } from 'vitest';
import { testDatabase } from './testing.ts';
import { requireVersion } from './version.ts';

test('the Postgres that comes with Sotto is new enough, and an older one is refused with a sentence', async () => {
	const { db, stop } = await testDatabase();
	await requireVersion(db);
	await db.sql`create schema older`;
	await db.sql`create function older.current_setting(text) returns text language sql return '170004'`;
	const [settled] = await Promise.allSettled([
		db.sql.begin(async (sql) => {
			await sql`set local search_path = older, pg_catalog`;
			await requireVersion({ sql });
		})
	]);
	expect(settled).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('needs 18 or newer') } });
	await stop();
});
