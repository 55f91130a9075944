/** The Pro account's code, as this device keeps it: docs/PROTOCOL.md §15, §16.2. */
import { utf8, utf8Decode } from '#protocol/bytes';
import { isCode } from '#protocol/codes';
import type { Database, Key } from './database.ts';
import { device } from './database.ts';
import { deviceKey } from './device-key.ts';
import { openAt, sealAt } from './sealed.ts';

const key: Key = ['code'];
const place = { store: 'account', key } as const;

/** 16 characters without dashes; `null` when this device has none. */
export async function readAccountCode(database: Database = device): Promise<string | null> {
	const held = await database.transact((transaction) => transaction.get('account', key));
	if (held === undefined) return null;
	const record = await openAt(place, await deviceKey(database), held);
	if (record === null) return null;
	const code = utf8Decode(record);
	return isCode(code) ? code : null;
}

/** In place of the one before. `code`: 16 characters without dashes. */
export async function keepAccountCode(code: string, database: Database = device): Promise<void> {
	const sealed = await sealAt(place, await deviceKey(database), utf8(code));
	await database.transact(async (transaction) => transaction.put('account', key, sealed));
}

/** "Forget on this device": the code, and the tokens that it was good for. */
export async function dropAccountCode(database: Database = device): Promise<void> {
	await database.transact(async (transaction) => {
		transaction.remove('account', key);
		for (const { key: token } of await transaction.entries('tokens')) if (token[0] === 'pro') transaction.remove('tokens', token);
	});
}
