/** For tests: one database and one server for a whole file of tests. */
import { afterAll, beforeAll } from 'vitest';
import type { Limits } from '#protocol/limits';
import type { TestDatabase } from './db/testing.ts';
import { testDatabase } from './db/testing.ts';
import type { TestServer } from './testing.ts';
import { startServer } from './testing.ts';

export type Suite = {
	readonly database: TestDatabase;
	readonly server: TestServer;
	/** A second server on the same database, for as long as `use` takes. */
	withLimits(limits: Partial<Limits>, use: (limited: TestServer) => Promise<void>): Promise<void>;
};

/** To be called once, at the top of the file; both are there when the first test begins. */
export function useServer(): Suite {
	let started: { readonly database: TestDatabase; readonly server: TestServer } | undefined;
	const get = () => {
		if (started === undefined) throw new Error('the suite has not begun');
		return started;
	};
	beforeAll(async () => {
		const database = await testDatabase();
		started = { database, server: await startServer({ databaseUrl: database.url }) };
	});
	afterAll(async () => {
		await get().server.stop();
		await get().database.stop();
	});
	return {
		get database() {
			return get().database;
		},
		get server() {
			return get().server;
		},
		async withLimits(limits, use) {
			const limited = await startServer({ databaseUrl: get().database.url, limits });
			try {
				await use(limited);
			} finally {
				await limited.stop();
			}
		}
	};
}
