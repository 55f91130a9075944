/** That the server has said no to the code which this device keeps: docs/PROTOCOL.md §15, §16.2. */
import type { Bytes } from '#protocol/bytes';
import { equalBytes } from '#protocol/bytes';
import type { Database, Key } from './database.ts';
import { device } from './database.ts';
import { deviceKey } from './device-key.ts';
import { openAt, sealAt } from './sealed.ts';

const codeKey: Key = ['code'];
const key: Key = ['refused'];
const place = { store: 'facts', key } as const;
const ivSize = 12;

/** Tells the code that is kept from the next one and says nothing of it, so that none outlives "Forget": the iv under which it lies. */
export async function readCodeMark(database: Database = device): Promise<Bytes | null> {
	const held = await database.read((reading) => reading.get('account', codeKey));
	return held instanceof Uint8Array ? new Uint8Array(held.subarray(0, ivSize)) : null;
}

/** Whether the code that is kept now was refused. */
export async function readRefusal(database: Database = device): Promise<boolean> {
	const held = await database.read((reading) => reading.get('facts', key));
	if (held === undefined) return false;
	const [refused, mark] = await Promise.all([openAt(place, await deviceKey(database), held), readCodeMark(database)]);
	return refused !== null && mark !== null && equalBytes(refused, mark);
}

/** `null`: none is refused. */
export async function keepRefusal(mark: Bytes | null, database: Database = device): Promise<void> {
	const fact = mark && (await sealAt(place, await deviceKey(database), mark));
	await database.transact(async (transaction) => {
		if (fact === null) transaction.remove('facts', key);
		else transaction.put('facts', key, fact);
	});
}
