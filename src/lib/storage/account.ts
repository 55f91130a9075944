/** The Pro account's code, as this device keeps it: docs/PROTOCOL.md §15, §16.2. */
import type { Bytes } from '#protocol/bytes';
import { equalBytes, utf8, utf8Decode } from '#protocol/bytes';
import { isCode } from '#protocol/codes';
import type { Database, Key, Transaction } from './database.ts';
import { device } from './database.ts';
import { deviceKey } from './device-key.ts';
import { openAt, sealAt } from './sealed.ts';

const key: Key = ['code'];
const place = { store: 'account', key } as const;

/** 16 characters without dashes; `null` when this device has none. */
export async function readAccountCode(database: Database = device): Promise<string | null> {
	return openCode(await database.read((reading) => reading.get('account', key)), database);
}

/** In place of the one before, whose tokens go with it. `code`: 16 characters without dashes. */
export async function keepAccountCode(code: string, database: Database = device): Promise<void> {
	const sealed = await sealCode(code, database);
	await withAccountCode(database, async (held, transaction) => {
		transaction.put('account', key, sealed);
		if (held !== code) await dropProTokens(transaction);
	});
}

/** Unless there is one, which another tab may have kept meanwhile. Resolves with the one that is kept then. */
export async function keepFirstAccountCode(code: string, database: Database = device): Promise<string> {
	const sealed = await sealCode(code, database);
	return withAccountCode(database, async (held, transaction) => {
		if (held === null) transaction.put('account', key, sealed);
		return held ?? code;
	});
}

/** "Forget on this device": the code, and the tokens that it was good for. */
export async function dropAccountCode(database: Database = device): Promise<void> {
	await database.transact(async (transaction) => {
		transaction.remove('account', key);
		await dropProTokens(transaction);
	});
}

type WithCode<Value> = (held: string | null, transaction: Transaction) => Promise<Value>;

/**
 * One transaction in which the code is known. No transaction lasts as long as opening its record takes, so that is done before,
 * and again when another was kept meanwhile.
 */
export async function withAccountCode<Value>(database: Database, run: WithCode<Value>): Promise<Value> {
	for (;;) {
		const seen = await database.read((reading) => reading.get('account', key));
		const held = await openCode(seen, database);
		const done = await database.transact(async (transaction) =>
			isSame(await transaction.get('account', key), seen) ? { value: await run(held, transaction) } : null
		);
		if (done !== null) return done.value;
	}
}

async function dropProTokens(transaction: Transaction): Promise<void> {
	for (const { key: token } of await transaction.entries('tokens')) if (token[0] === 'pro') transaction.remove('tokens', token);
}

async function sealCode(code: string, database: Database): Promise<Bytes> {
	return sealAt(place, await deviceKey(database), utf8(code));
}

async function openCode(held: unknown, database: Database): Promise<string | null> {
	if (held === undefined) return null;
	const record = await openAt(place, await deviceKey(database), held);
	if (record === null) return null;
	const code = utf8Decode(record);
	return isCode(code) ? code : null;
}

function isSame(one: unknown, other: unknown): boolean {
	return one === other || (one instanceof Uint8Array && other instanceof Uint8Array && equalBytes(one, other));
}
