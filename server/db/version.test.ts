import { expect, test } from 'vitest';
import { openDatabase } from './client.ts';
import { testDatabase } from './testing.ts';
import { requireVersion } from './version.ts';

test('the Postgres that comes with Sotto is new enough, and an older one is refused with a sentence', async () => {
	const { db, url, stop } = await testDatabase();
	await requireVersion(db);
	await db.sql`create schema older`;
	await db.sql`create function older.current_setting(text) returns text language sql return '170004'`;
	const older = openDatabase(`${url}?search_path=older,pg_catalog`, { max: 1 });
	await expect(requireVersion(older)).rejects.toThrow('needs 18 or newer');
	await older.close();
	await stop();
});
