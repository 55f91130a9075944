import { expect, test } from 'vitest';
import { parseHeader } from '#protocol/envelope';
import { blockSize } from '../../../server/envelopes/numbers.ts';
import { Refusal } from '../../../server/errors.ts';
import { openLodging } from './testing.ts';
import type { Guest, Lodging } from './testing.ts';
import { testHouse } from './testing-house.ts';

const { house, come, restart } = testHouse();

/** They are in a Live room, and each can read all others. */
async function meet(...nicks: readonly string[]): Promise<{ readonly lodging: Lodging; readonly all: readonly Guest[] }> {
	const lodging = await openLodging(house, 16, 'relayed');
	const all: Guest[] = [];
	for (const nick of nicks) all.push(await come(lodging, nick));
	await Promise.all(all.map((guest) => guest.until(({ readers }) => readers.length === nicks.length - 1)));
	return { lodging, all };
}

const [adaAt, boAt, cyAt] = [0, 1, 2];
const one = (all: readonly Guest[], at: number): Guest => {
	const guest = all[at];
	if (guest === undefined) throw new Error('testing: nobody there');
	return guest;
};
async function loseTheServer(guest: Guest): Promise<void> {
	guest.reachable = false;
	guest.breakSocket();
	await guest.until(({ shown }) => shown.phase !== 'open');
}

const isSent = ({ messages }: Guest): boolean => messages.every(({ own, state }) => !own || state === 'sent');

test('what one says the others read, and nobody else ever: who comes later sees nothing of it', async () => {
	const { lodging, all } = await meet('Ada', 'Bo');
	const [ada, bo] = [one(all, adaAt), one(all, boAt)];
	ada.stay.send('for Bo');
	await bo.until(({ texts }) => texts.includes('for Bo'));
	await ada.until(isSent);
	const cy = await come(lodging, 'Cy');
	await Promise.all(all.map((guest) => guest.until(({ readers }) => readers.length === 2)));
	bo.stay.send('for both');
	await cy.until(({ texts }) => texts.length > 0);
	expect(cy.texts).toEqual(['for both']);
	await ada.until(({ texts }) => texts.includes('for both'));
	expect(ada.texts).toEqual(['for Bo', 'for both']);
	expect([...ada.notes, ...bo.notes, ...cy.notes].filter((note) => !/^(came|you-came)/.test(note))).toEqual([]);
});

test('with nobody there to read it a message is not sent, keeps no number, and can be sent when somebody is', async () => {
	const lodging = await openLodging(house, 16, 'relayed');
	const ada = await come(lodging, 'Ada');
	ada.stay.send('too early');
	await ada.until(({ messages }) => messages[0]?.state === 'failed');
	expect(ada.messages[0]).toMatchObject({ reason: 'NOBODY' });
	const bo = await come(lodging, 'Bo');
	await ada.until(({ readers }) => readers.includes('Bo'));
	ada.stay.send('now');
	await bo.until(({ texts }) => texts.includes('now'));
	expect(bo.texts).toEqual(['now']);
	ada.stay.retry(ada.messages.find(({ text }) => text === 'too early')?.id ?? '');
	await bo.until(({ texts }) => texts.includes('too early'));
	expect(bo.notes.filter((note) => note.startsWith('fork') || note.startsWith('missing'))).toEqual([]);
}, 15_000);

test('who is no longer sent to reads nothing, is told of nothing missing, and reads again when one sends again', async () => {
	const { all } = await meet('Ada', 'Bo', 'Cy');
	const [ada, bo, cy] = [one(all, adaAt), one(all, boAt), one(all, cyAt)];
	const fp = bo.shown.me?.fp ?? '';
	await ada.stay.live?.readers.stopSending(fp, true);
	expect(ada.readers).toEqual(['Cy']);
	expect(ada.shown.stopped).toEqual([fp]);
	for (const text of ['one', 'two']) ada.stay.send(text);
	await cy.until(({ texts }) => texts.includes('two'));
	await ada.stay.live?.readers.stopSending(fp, false);
	ada.stay.send('three');
	await bo.until(({ texts }) => texts.length > 0);
	expect(bo.texts).toEqual(['three']);
	expect(bo.shown.items).toContainEqual(expect.objectContaining({ note: { is: 'hidden', count: 2 } }));
	bo.offsetMs = 15_000;
	bo.signal('visible');
	cy.stay.send('four');
	await bo.until(({ texts }) => texts.includes('four'));
	expect(bo.notes.filter((note) => note.startsWith('missing'))).toEqual([]);
});

test('whom one has stopped sending to reads nothing after a reload either', async () => {
	const { lodging, all } = await meet('Ada', 'Bo', 'Cy');
	const [ada, bo, cy] = [one(all, adaAt), one(all, boAt), one(all, cyAt)];
	await ada.stay.live?.readers.stopSending(bo.shown.me?.fp ?? '', true);
	ada.stay.stop();
	const again = await come(lodging, 'Ada', { remembered: ada });
	await again.until(({ readers }) => readers.includes('Cy'));
	again.stay.send('for Cy');
	again.stay.send('again for Cy');
	await cy.until(({ texts }) => texts.includes('again for Cy'));
	await bo.until(({ shown }) => shown.items?.some((item) => item.kind === 'note' && item.note.is === 'hidden') === true);
	expect(again.shown.stopped).toEqual([bo.shown.me?.fp]);
	expect(bo.texts).toEqual([]);
	await again.stay.live?.readers.stopSending(bo.shown.me?.fp ?? '', false);
	again.stay.send('for both');
	await bo.until(({ texts }) => texts.includes('for both'));
});

test('after a reload the screen is empty, one is still in the room as who one was, and reads on', async () => {
	const { lodging, all } = await meet('Ada', 'Bo');
	const [ada, bo] = [one(all, adaAt), one(all, boAt)];
	ada.stay.send('before');
	await bo.until(({ texts }) => texts.includes('before'));
	bo.stay.stop();
	const again = await come(lodging, 'Somebody', { remembered: bo });
	expect(again.texts).toEqual([]);
	expect(again.shown.me?.nick).toBe('Bo');
	await again.until(({ readers }) => readers.includes('Ada'));
	await ada.until(({ notes }) => notes.includes('came Bo'));
	again.stay.send('here again');
	await ada.until(({ texts }) => texts.includes('here again'));
	ada.stay.send('after');
	await again.until(({ texts }) => texts.includes('after'));
	expect(again.texts).toEqual(['here again', 'after']);
});

test('what a server passed on and lost is given to the next one, and shown once', async () => {
	const { all } = await meet('Ada', 'Bo', 'Cy');
	const [ada, bo, cy] = [one(all, adaAt), one(all, boAt), one(all, cyAt)];
	await loseTheServer(bo);
	ada.stay.send('lost on the way');
	await cy.until(({ texts }) => texts.includes('lost on the way'));
	await ada.until(isSent);
	await restart();
	bo.reachable = true;
	bo.signal('online');
	await bo.until(({ texts }) => texts.includes('lost on the way'));
	ada.stay.send('next');
	await Promise.all([bo, cy].map((guest) => guest.until(({ texts }) => texts.includes('next'))));
	for (const guest of all) expect(guest.texts).toEqual(['lost on the way', 'next']);
	expect([...bo.notes, ...cy.notes].filter((note) => /^(fork|missing|unverified)/.test(note))).toEqual([]);
}, 30_000);

test('who is back first after a restart writes to those who are not yet, and they read it', async () => {
	const { all } = await meet('Ada', 'Bo');
	const [ada, bo] = [one(all, adaAt), one(all, boAt)];
	bo.reachable = false;
	await restart();
	ada.signal('online');
	await ada.until(({ shown }) => shown.people?.some(({ presence }) => presence === 'away') === true);
	ada.stay.send('before you are back');
	await ada.until(({ messages }) => messages.some(({ state }) => state === 'sent' || state === 'failed'));
	expect(ada.messages.map(({ state }) => state)).toEqual(['sent']);
	bo.reachable = true;
	bo.signal('online');
	await bo.until(({ texts }) => texts.includes('before you are back'));
}, 30_000);

test('what was being given again when that server went, too, is given to the next one from the beginning', async () => {
	const { all } = await meet('Ada', 'Bo', 'Cy');
	const [ada, bo, cy] = [one(all, adaAt), one(all, boAt), one(all, cyAt)];
	await loseTheServer(bo);
	for (const text of ['one', 'two']) ada.stay.send(text);
	await cy.until(({ texts }) => texts.includes('two'));
	await ada.until(isSent);
	ada.reachable = false;
	await restart();
	const { posts } = house.services;
	const post = posts.post;
	const { promise: isBusy, resolve } = Promise.withResolvers<undefined>();
	let given = 0;
	posts.post = (request) => {
		if (parseHeader(request.env).kind === 'control' || ++given === 1) return post(request);
		resolve(undefined);
		return Promise.reject(new Refusal('RATE_LIMITED'));
	};
	ada.reachable = true;
	ada.signal('online');
	await isBusy;
	await restart();
	bo.reachable = true;
	for (const guest of [ada, bo]) guest.signal('online');
	await bo.until(({ texts }) => texts.length === 2);
	expect(bo.texts.toSorted()).toEqual(['one', 'two']);
}, 30_000);

test('what is given again goes before what had no answer, and is read as it was written', async () => {
	const { all } = await meet('Ada', 'Bo', 'Cy');
	const [ada, bo, cy] = [one(all, adaAt), one(all, boAt), one(all, cyAt)];
	await loseTheServer(bo);
	ada.stay.send('one');
	await cy.until(({ texts }) => texts.includes('one'));
	await ada.until(isSent);
	// What it makes of the next one, nobody can tell.
	const { posts } = house.services;
	const post = posts.post;
	posts.post = (request) =>
		parseHeader(request.env).kind === 'control' ? post(request) : Promise.reject(new Refusal('INTERNAL'));
	ada.stay.send('two');
	await ada.until(({ messages }) => messages.some(({ reason }) => reason === 'OFFLINE'));
	await restart();
	bo.reachable = true;
	for (const guest of [ada, bo]) guest.signal('online');
	await bo.until(({ texts }) => texts.length === 2);
	expect(bo.messages.map(({ text, late }) => [text, late])).toEqual([
		['one', false],
		['two', false]
	]);
}, 30_000);

test('what was sealed for a page that was loaded anew is marked, whatever is named from the new one', async () => {
	const { lodging, all } = await meet('Ada', 'Bo');
	const [ada, bo] = [one(all, adaAt), one(all, boAt)];
	// Bo's page goes without a word, and this is for it.
	await loseTheServer(bo);
	ada.stay.send('for a page that is gone');
	await ada.until(isSent);
	bo.stay.stop();
	const again = await come(lodging, 'Bo', { remembered: bo });
	await Promise.all([ada, again].map((guest) => guest.until(({ readers }) => readers.length === 1)));
	ada.stay.send('after');
	await again.until(({ said }) => said.includes('ack'));
	// In order behind it, so that the word has come when this has.
	again.stay.typed(true);
	await ada.until(({ shown }) => shown.typing?.length === 1);
	expect(again.texts).toEqual(['after']);
	expect(ada.messages.map(({ text, missedBy = [] }) => [text, missedBy])).toEqual([
		['for a page that is gone', ['Bo']],
		['after', []]
	]);
}, 30_000);

test('what everybody has named is not given again', async () => {
	const { all } = await meet('Ada', 'Bo');
	const [ada, bo] = [one(all, adaAt), one(all, boAt)];
	ada.stay.send('heard');
	await bo.until(({ said }) => said.includes('ack'));
	// In order behind it, so that it has come when this has.
	bo.stay.typed(true);
	await ada.until(({ shown }) => shown.typing?.length === 1);
	const hellos = ({ said }: Guest) => said.filter((type) => type === 'hello').length;
	const before = all.map(hellos);
	await restart();
	await Promise.all(all.map((guest, index) => guest.until((each) => hellos(each) > (before[index] ?? 0))));
	ada.stay.send('next');
	await bo.until(({ texts }) => texts.includes('next'));
	// Had it been given again, it would have been passed on under another number.
	expect(bo.messages.map(({ text, seq }) => [text, seq])).toEqual([
		['heard', 1],
		['next', blockSize + 2]
	]);
}, 30_000);

test('whoever was away when a room that keeps nothing ended is not told that somebody purged it', async () => {
	for (const [mode, ending] of [
		['relayed', 'gone'],
		['stored', 'purged']
	] as const) {
		const lodging = await openLodging(house, 16, mode);
		const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
		await loseTheServer(bo);
		await ada.stay.purge();
		bo.reachable = true;
		bo.signal('online');
		await bo.until(({ shown }) => shown.phase === 'ended');
		expect(bo.endings).toEqual([ending]);
	}
});
