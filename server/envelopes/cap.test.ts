/** Four hundred messages at once into a room that takes fifty, through two servers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultPlans } from '#protocol/plans';
import type { TestDatabase } from '../db/testing.ts';
import { testDatabase } from '../db/testing.ts';
import { codeIn, join, makeEnvelope, openRoom, text } from '../testing-people.ts';
import type { TestServer } from '../testing.ts';
import { startServer } from '../testing.ts';

const times = process.env.LONG === undefined ? 3 : 20;
const timeout = 120_000;
const posts = 400;
const people = 10;
const cap = defaultPlans.free.messages ?? 0;

let database: TestDatabase;
let keyringDir: string;
let servers: readonly [TestServer, TestServer];
beforeAll(async () => {
	database = await testDatabase();
	keyringDir = await mkdtemp(path.join(tmpdir(), 'sotto-cap-'));
	const options = { databaseUrl: database.url, keyringDir, limits: { operationsInFlight: posts } };
	servers = [await startServer(options), await startServer(options)];
});
afterAll(async () => {
	for (const server of servers) await server.stop();
	await database.stop();
	await rm(keyringDir, { recursive: true });
});

test(
	`${times} times ${posts} posts at once: exactly ${cap} are stored, numbered without a hole, and all others are told why`,
	{ timeout },
	async () => {
		for (let time = 0; time < times; time++) {
			const room = await openRoom(servers[0]);
			const sockets = await Promise.all(
				Array.from({ length: people }, (_, index) => join(servers[index % 2 === 0 ? 0 : 1], room))
			);
			const results = await Promise.all(
				Array.from({ length: posts / people }, () =>
					sockets.map((socket) => socket.run('post', { env: text(makeEnvelope()) }))
				).flat()
			);
			const seqs = results.flatMap(({ data }) => (data?.postEnvelope?.status === 'STORED' ? [data.postEnvelope.seq] : []));
			expect(seqs.toSorted((a: number, b: number) => a - b)).toEqual(Array.from({ length: cap }, (_, index) => index + 1));
			expect(results.filter((result) => codeIn(result) === 'QUOTA_MESSAGES')).toHaveLength(posts - cap);
			const [row] = await database.db.sql`
			select used, next_seq::int as next, (select count(*)::int from envelopes where room = rooms.id) as rows
			from rooms where id = (select max(id) from rooms)`;
			expect(row).toEqual({ used: cap, next: cap + 1, rows: cap });
			const [reader] = sockets;
			expect((await reader?.run('history', { after: 0 }))?.data.history.rows).toHaveLength(cap);
			await Promise.all(sockets.map((socket) => socket.close()));
		}
	}
);
