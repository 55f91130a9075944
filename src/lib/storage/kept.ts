/**
 * Rooms that stay on this device: their sealed records, the envelopes that came, and what waits to be sent (docs/PROTOCOL.md §15).
 * All of it is ciphertext. `localId`: hex of 16 random bytes.
 */
import type { Bytes } from '#protocol/bytes';
import type { Database, Transaction } from './database.ts';

export type KeptEntry = { readonly localId: string; readonly sealed: Bytes };

/** A row as it came: `t` in seconds from when the room was made. `env` is `null` where nothing is kept: it burns, or can't be read. */
export type CachedRow = { readonly seq: number; readonly t: number; readonly env: Bytes | null };

/** What was written and is not sealed yet, under the device's key. `n`: its place in the order of writing. */
export type SealedDraft = { readonly n: number; readonly bytes: Bytes };

const field = (value: unknown, name: string): unknown =>
	typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** A copy with a buffer of its own; `null` for what was never written here. */
function toBytes(value: unknown): Bytes | null {
	return value instanceof Uint8Array ? new Uint8Array(value) : null;
}

export function readKept(database: Database): Promise<readonly KeptEntry[]> {
	return database.read(async (reading) => {
		const entries = await reading.entries('kept');
		return entries.flatMap(({ key: [localId], value }) => {
			const sealed = toBytes(value);
			return typeof localId === 'string' && sealed !== null ? [{ localId, sealed }] : [];
		});
	});
}

/** From now on it stays here, and these of its rows. All or nothing. */
export function writeKept(database: Database, { localId, sealed }: KeptEntry, rows: readonly CachedRow[] = []): Promise<void> {
	return database.transact(async (transaction) => {
		transaction.put('kept', [localId], sealed);
		putRows(transaction, localId, rows);
	}, 'strict');
}

function putRows(transaction: Transaction, localId: string, rows: readonly CachedRow[]): void {
	for (const { seq, t, env } of rows) transaction.put('cache', [localId, seq], { t, env });
}

/**
 * In place of the one before. `draft`: what the record holds as an envelope from now on, and is a draft no more. Both or neither.
 * Rejects for a room that was forgotten meanwhile: nothing of it is written, and nothing may be sent.
 */
export function updateKept(database: Database, { localId, sealed }: KeptEntry, draft?: number): Promise<void> {
	const update = async (transaction: Transaction) => {
		if ((await transaction.get('kept', [localId])) === undefined) throw new Error('kept: forgotten');
		transaction.put('kept', [localId], sealed);
		if (draft !== undefined) transaction.remove('outbox', [localId, draft]);
	};
	// It goes out next, under a number that no other message may ever have.
	return database.transact(update, draft === undefined ? 'default' : 'strict');
}

/**
 * The record holds it as an envelope no more: it waits again, at its old `place`; where that is not known any more, before all the
 * others. Resolves to its place, `null` as `addDraft` does.
 */
export function takeDraftBack(
	database: Database,
	{ localId, sealed }: KeptEntry,
	{ bytes, place }: { readonly bytes: Bytes; readonly place?: number | undefined }
): Promise<number | null> {
	return database.transact(async (transaction) => {
		if ((await transaction.get('kept', [localId])) === undefined) return null;
		transaction.put('kept', [localId], sealed);
		const places = (await transaction.keysUnder('outbox', [localId])).map(([, n]) => n).filter((n) => typeof n === 'number');
		const n = place ?? (places[0] ?? 1) - 1;
		transaction.put('outbox', [localId, n], bytes);
		return n;
	}, 'strict');
}

/** `null` when it is kept no more. */
export function readKeptRoom(database: Database, localId: string): Promise<Bytes | null> {
	return database.read(async (reading) => toBytes(await reading.get('kept', [localId])));
}

/** All of it at once: a page that goes meanwhile leaves nothing that belongs to no room. */
export function forgetKept(database: Database, localId: string): Promise<void> {
	return database.transact(async (transaction) => {
		for (const store of ['kept', 'outbox', 'cache'] as const) transaction.removeUnder(store, [localId]);
	}, 'strict');
}

/** In place of what lay there: a row that burns loses its envelope. */
export function cacheRows(database: Database, localId: string, rows: readonly CachedRow[]): Promise<void> {
	return database.transact(async (transaction) => {
		// Another tab may have forgotten the room meanwhile.
		if ((await transaction.get('kept', [localId])) === undefined) return;
		putRows(transaction, localId, rows);
	});
}

/** The newest `limit` rows below `before`, ascending. */
export function readRows(
	database: Database,
	localId: string,
	{ before = Infinity, limit }: { readonly before?: number; readonly limit: number }
): Promise<readonly CachedRow[]> {
	return database.read(async (reading) => {
		const keys = await reading.keysUnder('cache', [localId]);
		const wanted = keys.filter(([, seq]) => typeof seq === 'number' && seq < before).slice(-limit);
		const [first, last] = [wanted[0], wanted.at(-1)];
		if (first === undefined || last === undefined) return [];
		const values = await reading.valuesBetween('cache', first, last);
		return wanted.map((key, index) => toRow(key[1], values[index])).filter((row) => row !== null);
	});
}

function toRow(seq: unknown, value: unknown): CachedRow | null {
	const [t, env] = [field(value, 't'), field(value, 'env')];
	if (typeof seq !== 'number' || typeof t !== 'number') return null;
	if (env === null) return { seq, t, env };
	const bytes = toBytes(env);
	return bytes === null ? null : { seq, t, env: bytes };
}

/** Behind all that waits. Resolves to its place, or `null` when the room is kept no more. */
export function addDraft(database: Database, localId: string, sealed: Bytes): Promise<number | null> {
	return database.transact(async (transaction) => {
		if ((await transaction.get('kept', [localId])) === undefined) return null;
		// Counted beside them: a place that was given back may still be spoken of.
		const last = await transaction.get('outbox', [localId]);
		const n = typeof last === 'number' ? last + 1 : 1;
		transaction.put('outbox', [localId], n);
		transaction.put('outbox', [localId, n], sealed);
		return n;
	}, 'strict');
}

/** In the order of writing. */
export function readDrafts(database: Database, localId: string): Promise<readonly SealedDraft[]> {
	return database.read(async (reading) => {
		const keys = await reading.keysUnder('outbox', [localId]);
		const all = await Promise.all(keys.map(async (key) => toDraft(key[1], await reading.get('outbox', key))));
		return all.filter((one) => one !== null);
	});
}

function toDraft(n: unknown, value: unknown): SealedDraft | null {
	const bytes = toBytes(value);
	return typeof n === 'number' && bytes !== null ? { n, bytes } : null;
}

/** `false` when it was sealed already, or dropped. */
export function dropDraft(database: Database, localId: string, n: number): Promise<boolean> {
	return database.transact(async (transaction) => {
		const lies = (await transaction.get('outbox', [localId, n])) !== undefined;
		transaction.remove('outbox', [localId, n]);
		return lies;
	});
}
