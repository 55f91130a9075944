import { expect, test } from 'vitest';
import { MemoryDatabase } from '../storage/memory-database.ts';
import { writeKept } from '../storage/kept.ts';
import { createShelf } from './shelf.ts';

const localId = '07'.repeat(16);
const row = (seq: number) => ({ seq, t: seq, env: Uint8Array.of(seq) });

async function shelfWith(...seqs: number[]) {
	const database = new MemoryDatabase();
	await writeKept(database, { localId, sealed: Uint8Array.of(1) });
	const shelf = createShelf(database, localId);
	shelf.keep(seqs.map(row));
	return async (query: Parameters<typeof shelf.rows>[0]) => (await shelf.rows(query)).map(({ seq }) => seq);
}

test('rows are read from the newest down to the first that is missing', async () => {
	const rows = await shelfWith(1, 2, 4, 5, 6);
	expect(await rows({ limit: 50 })).toEqual([4, 5, 6]);
	expect(await rows({ limit: 2 })).toEqual([5, 6]);
	expect(await rows({ before: 6, limit: 50 })).toEqual([4, 5]);
	expect(await rows({ before: 4, limit: 50 })).toEqual([]);
	expect(await rows({ before: 3, limit: 50 })).toEqual([1, 2]);
});

test('the card before the first row is no row', async () => {
	const rows = await shelfWith(0, 1, 2);
	expect(await rows({ limit: 50 })).toEqual([1, 2]);
});

test('where nothing lies there is nothing', async () => {
	const rows = await shelfWith();
	expect(await rows({ limit: 50 })).toEqual([]);
});
