import { expect, test } from 'vitest';
import { MemoryDatabase } from './memory-database.ts';
import type { CachedRow } from './kept.ts';
import * as kept from './kept.ts';

const [one, other] = ['01'.repeat(16), '02'.repeat(16)];
const bytes = (...values: number[]) => Uint8Array.from(values);
const row = (seq: number): CachedRow => ({ seq, t: seq * 10, env: bytes(seq & 0xff) });

async function withRooms(): Promise<MemoryDatabase> {
	const database = new MemoryDatabase();
	await kept.writeKept(database, { localId: one, sealed: bytes(1) });
	await kept.writeKept(database, { localId: other, sealed: bytes(2) });
	return database;
}

test('rooms are written, read, and written over', async () => {
	const database = await withRooms();
	await kept.writeKept(database, { localId: one, sealed: bytes(3) });
	expect(await kept.readKept(database)).toEqual([
		{ localId: one, sealed: bytes(3) },
		{ localId: other, sealed: bytes(2) }
	]);
});

test('rows are read from the newest down, in their order, each room for itself', async () => {
	const database = await withRooms();
	await kept.cacheRows(database, one, [9, 10, 2, 100, 11].map(row));
	await kept.cacheRows(database, other, [row(50)]);
	expect((await kept.readRows(database, one, { limit: 3 })).map(({ seq }) => seq)).toEqual([10, 11, 100]);
	expect((await kept.readRows(database, one, { before: 10, limit: 3 })).map(({ seq }) => seq)).toEqual([2, 9]);
	expect(await kept.readRows(database, other, { limit: 50 })).toEqual([row(50)]);
});

test('a row that burns loses its envelope and keeps its place', async () => {
	const database = await withRooms();
	await kept.cacheRows(database, one, [row(1), row(2), row(3)]);
	await kept.cacheRows(database, one, [{ ...row(2), env: null }]);
	expect(await kept.readRows(database, one, { limit: 50 })).toEqual([row(1), { ...row(2), env: null }, row(3)]);
});

test('drafts keep their order and their place, and one goes together with the record that holds it sealed', async () => {
	const database = await withRooms();
	const places = [await kept.addDraft(database, one, bytes(7)), await kept.addDraft(database, one, bytes(8))];
	expect(places).toEqual([1, 2]);
	await kept.updateKept(database, { localId: one, sealed: bytes(4) }, 1);
	expect(await kept.readDrafts(database, one)).toEqual([{ n: 2, bytes: bytes(8) }]);
	expect((await kept.readKept(database))[0]).toEqual({ localId: one, sealed: bytes(4) });
	expect(await kept.addDraft(database, one, bytes(9))).toBe(3);
	expect(await kept.dropDraft(database, one, 2)).toBe(true);
	expect(await kept.dropDraft(database, one, 2)).toBe(false);
	expect((await kept.readDrafts(database, one)).map(({ n }) => n)).toEqual([3]);
});

test('a draft that was taken back waits at its place, or before all others, together with the record that holds it no more', async () => {
	const database = await withRooms();
	for (const byte of [7, 8]) await kept.addDraft(database, one, bytes(byte));
	await kept.updateKept(database, { localId: one, sealed: bytes(4) }, 1);
	expect(await kept.takeDraftBack(database, { localId: one, sealed: bytes(5) }, { bytes: bytes(7), place: 1 })).toBe(1);
	expect(await kept.readDrafts(database, one)).toEqual([7, 8].map((byte, index) => ({ n: index + 1, bytes: bytes(byte) })));
	expect((await kept.readKept(database))[0]).toEqual({ localId: one, sealed: bytes(5) });
	expect(await kept.takeDraftBack(database, { localId: one, sealed: bytes(6) }, { bytes: bytes(6) })).toBe(0);
	expect((await kept.readDrafts(database, one)).map(({ n }) => n)).toEqual([0, 1, 2]);
	await kept.forgetKept(database, one);
	expect(await kept.takeDraftBack(database, { localId: one, sealed: bytes(6) }, { bytes: bytes(6) })).toBeNull();
	expect(await kept.readDrafts(database, one)).toEqual([]);
});

test('a room that is forgotten takes everything of it along, and nothing of it comes back', async () => {
	const database = await withRooms();
	await kept.cacheRows(database, one, [row(1)]);
	await kept.addDraft(database, one, bytes(7));
	await kept.addDraft(database, other, bytes(8));
	await kept.forgetKept(database, one);
	await kept.cacheRows(database, one, [row(2)]);
	expect(await kept.addDraft(database, one, bytes(9))).toBeNull();
	await expect(kept.updateKept(database, { localId: one, sealed: bytes(6) })).rejects.toThrow('forgotten');
	expect(await kept.readKeptRoom(database, one)).toBeNull();
	expect(await kept.readKept(database)).toEqual([{ localId: other, sealed: bytes(2) }]);
	expect(await kept.readRows(database, one, { limit: 50 })).toEqual([]);
	expect(await kept.readDrafts(database, one)).toEqual([]);
	expect(await kept.readDrafts(database, other)).toHaveLength(1);
});

test('what was never written here is no row and no draft', async () => {
	const database = await withRooms();
	await database.transact(async (transaction) => {
		transaction.put('cache', [one, 1], { t: 'soon', env: bytes(1) });
		transaction.put('outbox', [one, 1], 'text');
		transaction.put('kept', [one], 'text');
	});
	expect(await kept.readRows(database, one, { limit: 50 })).toEqual([]);
	expect(await kept.readDrafts(database, one)).toEqual([]);
	expect((await kept.readKept(database)).map(({ localId }) => localId)).toEqual([other]);
});
