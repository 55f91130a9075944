import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { periodOf } from '#protocol/tokens';
import type { TestDatabase } from '../../../server/db/testing.ts';
import { testDatabase } from '../../../server/db/testing.ts';
import type { TestServer } from '../../../server/testing.ts';
import { startServer } from '../../../server/testing.ts';
import { createHttpClient } from '../api/client.ts';
import { readInfo } from '../api/rooms.ts';
import { MemoryDatabase } from '../storage/memory-database.ts';
import { keepFreeBatch } from '../storage/tokens.ts';
import { KeyHints } from './key-hints.ts';
import { createTokenKeyHint } from './token-key.ts';
import type { TokenKeyPorts } from './token-key.ts';

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
	server = await startServer({ databaseUrl: database.url });
});
afterAll(async () => {
	await server.stop();
	await database.stop();
});

const unknown = new Uint8Array(4);
const hintOf = (key: Uint8Array) => new Uint8Array(createHash('sha256').update(key).digest().subarray(0, 4));

/** The middle of the month that it is: the server's key is this month's, whatever the day. */
function midMonth(): number {
	const today = new Date();
	return Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 15);
}

const askServer = () => readInfo(createHttpClient({ url: `http://${server.host}/graphql` }));

function portsAt(now: number, ask: TokenKeyPorts['readInfo'] = askServer): TokenKeyPorts & { readonly database: MemoryDatabase } {
	return { readInfo: ask, now: () => now, database: new MemoryDatabase() };
}

test('the hint is of the key that the server names to everybody', async () => {
	const key = server.services.tokenKeys.key('free', periodOf(midMonth())).publicKey;
	expect(await createTokenKeyHint(portsAt(midMonth()))()).toEqual(hintOf(key));
});

test('of the key that a batch was proved with, whatever the server names afterwards', async () => {
	const ports = portsAt(midMonth());
	const key = new Uint8Array(32).fill(9);
	await keepFreeBatch({ period: periodOf(midMonth()), key, tokens: [] }, ports.database);
	expect(await createTokenKeyHint(ports)()).toEqual(hintOf(key));
});

test('near the turn of a month, in another month than the server’s, and without an answer there is none', async () => {
	const ahead = midMonth() + 31 * 86_400_000;
	const period = periodOf(midMonth());
	const [begin, end] = [Date.UTC(Math.floor(period / 12), period % 12), Date.UTC(Math.floor(period / 12), (period % 12) + 1)];
	const hints = await Promise.all([
		createTokenKeyHint(portsAt(begin + 23 * 3_600_000))(),
		createTokenKeyHint(portsAt(end - 23 * 3_600_000))(),
		createTokenKeyHint(portsAt(ahead))(),
		createTokenKeyHint(portsAt(midMonth(), () => Promise.resolve(null)))()
	]);
	expect(hints).toEqual([unknown, unknown, unknown, unknown]);
	expect(await createTokenKeyHint(portsAt(begin + 25 * 3_600_000))()).not.toEqual(unknown);
});

test('hints of one month are compared, those of two are not, and the unknown one is none', () => {
	const hints = new KeyHints();
	const [one, other] = [Uint8Array.of(0, 0, 0, 1), Uint8Array.of(1, 0, 0, 0)];
	const nextMonth = midMonth() + 31 * 86_400_000;
	const heard = [
		hints.heard(unknown, midMonth()),
		hints.heard(one, midMonth()),
		hints.heard(one, midMonth() + 1),
		hints.heard(other, nextMonth),
		hints.heard(unknown, midMonth()),
		hints.heard(other, midMonth())
	];
	expect(heard).toEqual([false, false, false, false, false, true]);
});
