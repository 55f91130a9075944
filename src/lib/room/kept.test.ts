import { expect, test } from 'vitest';
import { MemoryDatabase } from '../storage/memory-database.ts';
import type { Database } from '../storage/database.ts';
import { forgetKept, readDrafts, readKept, readRows } from '../storage/kept.ts';
import { openLodging } from './testing.ts';
import type { Guest, Lodging } from './testing.ts';
import { testHouse } from './testing-house.ts';
import { comeAndKeep, looksForNews, openAgain, sendsWaiting } from './testing-kept.ts';

const { house, come, stays } = testHouse();

/** Ada, and Bo who keeps the room on `device`, and has read what Ada wrote. */
async function twoPeople(device: MemoryDatabase, ...texts: string[]): Promise<{ lodging: Lodging; ada: Guest; bo: Guest }> {
	const lodging = await openLodging(house, 2);
	const ada = await come(lodging, 'Ada');
	const bo = stays(await comeAndKeep(house, lodging, 'Bo', device));
	for (const text of texts) ada.stay.send(text);
	await bo.until(() => texts.every((text) => bo.texts.includes(text)));
	const [held] = await readKept(device);
	await expect.poll(async () => (await readRows(device, held?.localId ?? '', { limit: 50 })).length).toBe(texts.length + 1);
	return { lodging, ada, bo };
}

/** So many messages stand there, and the server has them all. */
function hasSent(guest: Guest, count: number): Promise<void> {
	return guest.until(({ messages }) => messages.length === count && messages.every(({ state }) => state === 'sent'));
}

async function draftsOf(device: MemoryDatabase): Promise<number> {
	const [held] = await readKept(device);
	return held === undefined ? 0 : (await readDrafts(device, held.localId)).length;
}

test('opens without a server and shows what had come, as the same person', async () => {
	const device = new MemoryDatabase();
	const { bo } = await twoPeople(device, 'one', 'two', 'three');
	bo.stay.stop();
	const again = stays(await openAgain(house, device));
	expect(again.texts).toEqual(['one', 'two', 'three']);
	expect(again.shown.phase).not.toBe('open');
	expect(again.stay.me.fp).toBe(bo.stay.me.fp);
});

test('what is written without a server lies on the disk, and is sent once and in order when it is there', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	bo.stay.stop();
	const offline = stays(await openAgain(house, device));
	const words = Array.from({ length: 30 }, (_, n) => `offline ${n}`);
	for (const text of words) offline.stay.send(text);
	await expect.poll(() => draftsOf(device)).toBe(words.length);
	expect(offline.messages.filter(({ state }) => state === 'queued')).toHaveLength(words.length);
	// The browser dies without a word.
	offline.stay.stop();

	const back = stays(await openAgain(house, device));
	expect(back.texts).toEqual(['one', ...words]);
	back.reachable = true;
	back.signal('online');
	await ada.until(() => ada.texts.length > words.length);
	expect(ada.texts).toEqual(['one', ...words]);
	await back.until(() => back.messages.every(({ state }) => state === 'sent' || state === 'received'));
	expect(await draftsOf(device)).toBe(0);
	expect(ada.notes.filter((note) => /missing|gone|fork/.test(note))).toEqual([]);
});

test('a draft may be discarded until its turn, and is gone from the disk', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	bo.stay.stop();
	const offline = stays(await openAgain(house, device));
	offline.stay.send('not this');
	offline.stay.send('this');
	await offline.until(() => offline.texts.length === 3);
	offline.stay.discard(offline.messages.find(({ text }) => text === 'not this')?.id ?? '');
	await expect.poll(() => draftsOf(device)).toBe(1);
	offline.reachable = true;
	offline.signal('online');
	await ada.until(() => ada.texts.includes('this'));
	expect(ada.texts).toEqual(['one', 'this']);
});

test('who comes back sees what was missed once and in order', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	bo.stay.stop();
	ada.stay.send('two');
	await ada.until(() => ada.messages.every(({ state }) => state === 'sent'));
	const again = stays(await openAgain(house, device));
	expect(again.texts).toEqual(['one']);
	again.reachable = true;
	again.signal('online');
	await again.until(() => again.texts.includes('two'));
	expect(again.texts).toEqual(['one', 'two']);
});

test('of a message that burns nothing lies on the disk', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	ada.stay.send('soon gone', 60);
	ada.stay.send('stays');
	await bo.until(() => bo.texts.includes('stays'));
	const [held] = await readKept(device);
	const rows = async () =>
		(await readRows(device, held?.localId ?? '', { limit: 50 })).map(({ seq, env }) => [seq, env !== null]);
	await expect.poll(rows).toEqual([
		[0, true],
		[1, true],
		[2, false],
		[3, true]
	]);
	bo.stay.stop();
	const again = stays(await openAgain(house, device));
	expect(again.texts).toEqual(['one', 'stays']);
});

test('what is new is counted without going in, in a full room too', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	await expect.poll(() => looksForNews(house, device)).toBe(0);
	bo.stay.stop();
	ada.stay.send('two');
	ada.stay.send('three');
	await hasSent(ada, 3);
	expect(await looksForNews(house, device)).toBe(2);
	expect(await looksForNews(house, device)).toBe(2);
});

test('what waits is sent though nobody is in the room, and what came meanwhile is still unread', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	await expect.poll(() => looksForNews(house, device)).toBe(0);
	bo.stay.stop();
	const offline = stays(await openAgain(house, device));
	const words = Array.from({ length: 5 }, (_, n) => `offline ${n}`);
	for (const text of words) offline.stay.send(text);
	await expect.poll(() => draftsOf(device)).toBe(words.length);
	offline.stay.stop();
	ada.stay.send('meanwhile');
	await hasSent(ada, 2);
	expect(await sendsWaiting(house, device)).toEqual([]);
	await ada.until(() => ada.texts.includes('offline 4'));
	expect(ada.texts).toEqual(['one', 'meanwhile', ...words]);
	expect(await draftsOf(device)).toBe(0);
	expect(await looksForNews(house, device)).toBe(1 + words.length);
});

test('a room that is over meanwhile ends with what waited in it, and says how much that was', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	bo.stay.stop();
	const offline = stays(await openAgain(house, device));
	offline.stay.send('never sent');
	offline.stay.send('nor this');
	await expect.poll(() => draftsOf(device)).toBe(2);
	offline.stay.stop();
	await ada.stay.purge();
	expect(await sendsWaiting(house, device)).toEqual([['purged', 2]]);
});

test('what the server refuses waits on the disk again, and can be discarded there', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	bo.stay.stop();
	const offline = stays(await openAgain(house, device));
	offline.stay.send('one too many');
	await expect.poll(() => draftsOf(device)).toBe(1);
	const cap = ada.shown.cap ?? 0;
	expect(cap).toBeGreaterThan(1);
	for (let n = 1; n < cap; n++) ada.stay.send(`filling ${n}`);
	await hasSent(ada, cap);
	offline.reachable = true;
	offline.signal('online');
	await offline.until(() => offline.messages.some(({ state, reason }) => state === 'failed' && reason === 'QUOTA_MESSAGES'));
	await expect.poll(() => draftsOf(device)).toBe(1);
	offline.stay.stop();

	const again = stays(await openAgain(house, device));
	const waiting = again.messages.find(({ text }) => text === 'one too many');
	expect(waiting?.state).toBe('queued');
	again.stay.discard(waiting?.id ?? '');
	await expect.poll(() => draftsOf(device)).toBe(0);
	expect(ada.texts).not.toContain('one too many');
});

test('of a room that is forgotten in another tab nothing goes out any more', async () => {
	const device = new MemoryDatabase();
	const { ada, bo } = await twoPeople(device, 'one');
	const [held] = await readKept(device);
	await forgetKept(device, held?.localId ?? '');
	// Nor is it a fault of ours: a report would fail the run.
	bo.stay.typed(true);
	bo.stay.send('not any more');
	await bo.until(() => bo.messages.some(({ state, reason }) => state === 'failed' && reason === 'STORAGE'));
	ada.stay.send('two');
	await bo.until(() => bo.texts.includes('two'));
	expect(ada.texts).toEqual(['one', 'two']);
});

test('where the disk is full nothing is shown as waiting that does not lie there, and it may be tried again', async () => {
	const memory = new MemoryDatabase();
	let isFull = false;
	let refusals = 0;
	const device: Database = {
		transact: (run) => {
			if (!isFull) return memory.transact(run);
			refusals++;
			return Promise.reject(new DOMException('full', 'QuotaExceededError'));
		},
		read: (run) => memory.read(run)
	};
	const retry = (guest: Guest) => guest.stay.retry(guest.messages.find(({ text }) => text === 'no place for this')?.id ?? '');
	const { ada, bo } = await twoPeople(memory, 'one');
	bo.stay.stop();
	const again = stays(await openAgain(house, device));
	isFull = true;
	again.stay.send('no place for this');
	await again.until(() => again.messages.some(({ state, reason }) => state === 'failed' && reason === 'STORAGE'));
	const before = refusals;
	retry(again);
	await expect.poll(() => refusals).toBeGreaterThan(before);
	await again.until(() => again.messages.some(({ state, reason }) => state === 'failed' && reason === 'STORAGE'));
	isFull = false;
	retry(again);
	await again.until(() => again.messages.some(({ text, state }) => text === 'no place for this' && state === 'queued'));
	expect(await draftsOf(memory)).toBe(1);
	again.reachable = true;
	again.signal('online');
	await ada.until(() => ada.texts.includes('no place for this'));
	expect(ada.texts).toEqual(['one', 'no place for this']);
	expect(ada.notes.filter((note) => /missing|gone|fork/.test(note))).toEqual([]);
});
