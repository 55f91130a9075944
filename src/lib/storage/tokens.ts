/**
 * Tokens that were not used yet, and what this device remembers of those that were: docs/PROTOCOL.md §15, §16.1. A token stays
 * until the server has answered for it, so that no crash loses one; two tabs may pick the same one, and the second is told
 * `TOKEN_SPENT`.
 */
import type { Bytes } from '#protocol/bytes';
import { concat, u32, u64 } from '#protocol/bytes';
import type { PlanName } from '#protocol/plans';
import { planNames } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import { nonceSize, outputSize } from '#protocol/tokens';
import { withAccountCode } from './account.ts';
import type { Database, Entry, Key, Transaction } from './database.ts';
import { device } from './database.ts';
import { deviceKey } from './device-key.ts';
import type { SealedStore } from './sealed.ts';
import { openAt, sealAt } from './sealed.ts';

/** `key` is where it lies, and says nothing of its nonce. */
export type StoredToken = { readonly key: Key; readonly token: Token };

const size = nonceSize + outputSize;
/** Where a token lies among those of its plan and month: 48 random bits, since two tabs may add some at once. */
const placeBytes = 6;
/** u32. */
const countSize = 4;

/** Of a month, for a plan: how many rooms' worth there was and the key that vouches for it (free), or how many were opened from here (Pro). */
const factKey = (plan: PlanName, period: number): Key => [plan, period];
const refillKey: Key = ['refill'];

function drawPlace(): number {
	return crypto.getRandomValues(new Uint8Array(placeBytes)).reduce((sum, byte) => sum * 256 + byte, 0);
}

function numberOf(record: Bytes): number {
	return record.reduce((sum, byte) => sum * 256 + byte, 0);
}

async function readFact(database: Database, key: Key): Promise<Bytes | null> {
	const held = await database.read((reading) => reading.get('facts', key));
	return held === undefined ? null : openAt({ store: 'facts', key }, await deviceKey(database), held);
}

async function readNumber(database: Database, key: Key): Promise<number | null> {
	const record = await readFact(database, key);
	return record && numberOf(record);
}

async function sealed(database: Database, place: { store: SealedStore; key: Key }, record: Bytes): Promise<Bytes> {
	return sealAt(place, await deviceKey(database), record);
}

function parseToken({ key }: Entry, record: Bytes): StoredToken | null {
	const [name, period] = key;
	const plan = planNames.find((each) => each === name);
	if (plan === undefined || typeof period !== 'number' || record.length !== size) return null;
	return { key, token: { plan, period, nonce: record.slice(0, nonceSize), output: record.slice(nonceSize) } };
}

async function sealTokens(database: Database, tokens: readonly Token[]): Promise<readonly Entry[]> {
	return Promise.all(
		tokens.map(async ({ plan, period, nonce, output }) => {
			const key = [plan, period, drawPlace()];
			return { key, value: await sealed(database, { store: 'tokens', key }, concat(nonce, output)) };
		})
	);
}

function putAll(transaction: Transaction, entries: readonly Entry[]): void {
	for (const { key, value } of entries) transaction.put('tokens', key, value);
}

/** `key`: the public key that the batch was proved with. */
export type FreeBatch = { readonly period: number; readonly key: Bytes; readonly tokens: readonly Token[] };

/** False when this device has had its batch of that month already, from another tab: these are dropped then. */
export async function keepFreeBatch(batch: FreeBatch, database: Database = device): Promise<boolean> {
	const entries = await sealTokens(database, batch.tokens);
	const key = factKey('free', batch.period);
	const fact = await sealed(database, { store: 'facts', key }, concat(u32(batch.tokens.length), batch.key));
	return database.transact(async (transaction) => {
		if ((await transaction.get('facts', key)) !== undefined) return false;
		transaction.put('facts', key, fact);
		putAll(transaction, entries);
		return true;
	});
}

/** `account`: the code that they were fetched with. */
export type ProBatch = { readonly account: string; readonly tokens: readonly Token[] };

/** False when this device has forgotten that code meanwhile, or has another: they are dropped then. */
export async function keepProTokens({ account, tokens }: ProBatch, database: Database = device): Promise<boolean> {
	const entries = await sealTokens(database, tokens);
	return withAccountCode(database, async (held, transaction) => {
		if (held === account) putAll(transaction, entries);
		return held === account;
	});
}

/** Those of one plan and month, in no order that means anything. */
export async function readTokens(plan: PlanName, period: number, database: Database = device): Promise<readonly StoredToken[]> {
	const entries = await database.read((reading) => reading.entries('tokens'));
	const wanted = entries.filter(({ key }) => key[0] === plan && key[1] === period);
	if (wanted.length === 0) return [];
	const secret = await deviceKey(database);
	const found = await Promise.all(
		wanted.map(async (entry) => {
			const record = await openAt({ store: 'tokens', key: entry.key }, secret, entry.value);
			return record && parseToken(entry, record);
		})
	);
	return found.filter((each) => each !== null);
}

/** The server has answered for it: it is worth nothing any more. */
export async function dropToken({ key }: StoredToken, database: Database = device): Promise<void> {
	await database.transact(async (transaction) => transaction.remove('tokens', key));
}

/** All of one plan and month, and that there was a batch: whoever made them is not there any more. */
export async function dropMonth({ plan, period }: Pick<Token, 'plan' | 'period'>, database: Database = device): Promise<void> {
	await database.transact(async (transaction) => {
		for (const { key } of await transaction.entries('tokens'))
			if (key[0] === plan && key[1] === period) transaction.remove('tokens', key);
		if (plan === 'free') transaction.remove('facts', factKey(plan, period));
	});
}

/** How many rooms this month's batch was for; `null` when this device has had none. */
export async function readFreeBatch(period: number, database: Database = device): Promise<number | null> {
	const fact = await readFact(database, factKey('free', period));
	return fact && numberOf(fact.subarray(0, countSize));
}

/** The public key of this month's batch; `null` when this device has had none. */
export async function readFreeKey(period: number, database: Database = device): Promise<Bytes | null> {
	const fact = await readFact(database, factKey('free', period));
	return fact && fact.slice(countSize);
}

/** Rooms opened from this device with Pro in that month. */
export async function readProRooms(period: number, database: Database = device): Promise<number> {
	return (await readNumber(database, factKey('pro', period))) ?? 0;
}

/** Two tabs that count at once may count one: this is for the person's eyes only. */
export async function countProRoom(period: number, database: Database = device): Promise<void> {
	const key = factKey('pro', period);
	const fact = await sealed(database, { store: 'facts', key }, u32((await readProRooms(period, database)) + 1));
	await database.transact(async (transaction) => transaction.put('facts', key, fact));
}

/** When Pro tokens are to be fetched ahead, unix ms; `null`: nothing is planned. */
export function readRefill(database: Database = device): Promise<number | null> {
	return readNumber(database, refillKey);
}

export async function planRefill(at: number | null, database: Database = device): Promise<void> {
	const fact = at === null ? null : await sealed(database, { store: 'facts', key: refillKey }, u64(at));
	await database.transact(async (transaction) => {
		if (fact === null) transaction.remove('facts', refillKey);
		else transaction.put('facts', refillKey, fact);
	});
}

/** Of months before `period`: no token of theirs opens a room any more. */
export async function dropBefore(period: number, database: Database = device): Promise<void> {
	await database.transact(async (transaction) => {
		for (const store of ['tokens', 'facts'] as const)
			for (const { key } of await transaction.entries(store))
				if (typeof key[1] === 'number' && key[1] < period) transaction.remove(store, key);
	});
}
