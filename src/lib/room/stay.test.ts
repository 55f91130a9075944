import { expect, test } from 'vitest';
import { openLodging } from './testing.ts';
import type { Guest } from './testing.ts';
import { testHouse } from './testing-house.ts';

const { house, come } = testHouse();

test('what one says the other reads at once, and both see it in the same place', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const bo = await come(lodging, 'Bo');
	ada.stay.send('one');
	await bo.until(() => bo.texts.includes('one'));
	bo.stay.send('two');
	await ada.until(() => ada.texts.includes('two'));
	await ada.until(() => ada.messages.every((message) => message.state !== 'sending'));
	expect(ada.messages.map(({ text, state, seq }) => [text, state, seq])).toEqual([
		['one', 'sent', 1],
		['two', 'received', 2]
	]);
	expect(bo.messages.map(({ text, state, seq }) => [text, state, seq])).toEqual([
		['one', 'received', 1],
		['two', 'sent', 2]
	]);
});

test('two people know each other by name though neither has written', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const bo = await come(lodging, 'Bo');
	await ada.until(() => ada.here.includes('Bo') && ada.shown.unnamed === 0);
	await bo.until(() => bo.here.includes('Ada') && bo.shown.unnamed === 0);
	expect(ada.notes).toEqual(['you-came', 'came Bo']);
	expect(bo.notes).toEqual(['you-came']);
});

test('who leaves is said to have left, and who comes back with the record was never away', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const bo = await come(lodging, 'Bo');
	await ada.until(() => ada.here.includes('Bo'));
	bo.stay.stop();
	const again = await come(lodging, 'Somebody', { remembered: bo });
	again.stay.send('back');
	await ada.until(() => ada.texts.includes('back'));
	expect(ada.messages[0]?.person).toMatchObject({ nick: 'Bo', fp: bo.shown.me?.fp });
	expect(ada.notes).toEqual(['you-came', 'came Bo']);
	await again.stay.leave();
	expect(again.endings).toEqual(['left']);
	await ada.until(() => ada.notes.includes('left Bo'));
	expect(ada.here).toEqual(['Ada']);
});

test('who comes later reads the newest fifty, and older ones page by page to the beginning', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`update rooms set cap = null`;
	const ada = await come(lodging, 'Ada');
	for (let n = 1; n <= 120; n++) ada.stay.send(`message ${n}`);
	await ada.until(() => ada.messages.at(-1)?.seq === 120 && ada.messages.length === 120);
	const bo = await come(lodging, 'Bo');
	expect(bo.texts).toEqual(Array.from({ length: 50 }, (_, n) => `message ${n + 71}`));
	expect(bo.shown.older).toBe('more');
	expect(await bo.stay.loadOlder()).toBe(50);
	expect(await bo.stay.loadOlder()).toBe(20);
	await bo.until(() => bo.shown.older === 'begin');
	expect(bo.texts).toEqual(Array.from({ length: 120 }, (_, n) => `message ${n + 1}`));
	expect(bo.messages.some((message) => message.late || message.equivocal || message.fresh)).toBe(false);
	expect(bo.notes).toEqual(['you-came']);
	// One came in after all that was said before.
	expect(bo.shown.items?.at(-1)).toMatchObject({ note: { is: 'you-came' } });
});

test('a door that shuts in the middle of two hundred sends loses nothing, doubles nothing and keeps one order', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`update rooms set cap = null`;
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	for (let n = 0; n < 100; n++) {
		ada.stay.send(`a${n}`);
		bo.stay.send(`b${n}`);
	}
	await ada.until(() => ada.messages.filter((message) => message.seq > 0).length > 20);
	await house.shut();
	await ada.until(() => ada.shown.phase !== 'open');
	await bo.until(() => bo.shown.phase !== 'open');
	expect(ada.shown.waiting).toBeGreaterThan(0);
	for (let n = 100; n < 120; n++) {
		ada.stay.send(`a${n}`);
		bo.stay.send(`b${n}`);
	}
	await house.open();
	const whole = (guest: Guest) => guest.messages.length === 240 && guest.messages.every((message) => message.seq > 0);
	await Promise.all([ada.until(whole), bo.until(whole)]);
	expect(ada.messages.map((message) => message.seq)).toEqual(Array.from({ length: 240 }, (_, n) => n + 1));
	expect(ada.texts).toEqual(bo.texts);
	expect(ada.texts.filter((text) => text.startsWith('a'))).toEqual(Array.from({ length: 120 }, (_, n) => `a${n}`));
	expect(ada.shown.waiting).toBe(0);
	const marked = [...ada.messages, ...bo.messages].filter((message) => message.late || message.equivocal);
	expect(marked).toEqual([]);
});

test('what was missed in a long absence is fetched, page after page', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`update rooms set cap = null`;
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('before');
	await bo.until(() => bo.texts.includes('before'));
	bo.reachable = false;
	bo.breakSocket();
	await bo.until(() => bo.shown.phase === 'reconnecting');
	for (let n = 0; n < 320; n++) ada.stay.send(`m${n}`);
	await ada.until(() => ada.messages.at(-1)?.seq === 321);
	expect(bo.texts).toEqual(['before']);
	bo.reachable = true;
	bo.signal('online');
	await bo.until(() => bo.messages.length === 321);
	expect(bo.texts).toEqual(ada.texts);
	expect(bo.notes.filter((note) => /missing|fork|equivocation/.test(note))).toEqual([]);
});

test('one is in the room before its newest page is read, unless own words must be put in their place first', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	ada.stay.send('one');
	await ada.until(() => ada.messages.some(({ state }) => state === 'sent'));
	const bo = await come(lodging, 'Bo');
	expect([bo.early, bo.texts]).toEqual([[], ['one']]);
	await house.shut();
	await ada.until(() => ada.shown.phase !== 'open');
	const before = ada.record;
	ada.stay.send('kept');
	await ada.until(() => ada.record !== before);
	ada.stay.stop();
	await house.open();
	const again = await come(lodging, 'Somebody', { remembered: ada });
	expect([again.early, again.texts]).toEqual([null, ['one', 'kept']]);
});

test('an envelope that no answer came for goes out again byte for byte after a reload', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const bo = await come(lodging, 'Bo');
	await house.shut();
	await ada.until(() => ada.shown.phase !== 'open');
	ada.stay.send('kept');
	await ada.until(() => ada.messages.some((message) => message.text === 'kept' && message.state === 'queued'));
	const before = ada.record;
	ada.stay.send('kept too');
	await ada.until(() => ada.record !== before);
	ada.stay.stop();
	await house.open();
	const again = await come(lodging, 'Somebody', { remembered: ada });
	await bo.until(() => bo.texts.length === 2);
	expect(bo.texts).toEqual(['kept', 'kept too']);
	expect(bo.messages.every((message) => message.person.fp === ada.shown.me?.fp)).toBe(true);
	await again.until(() => again.messages.every((message) => message.state === 'sent') && again.messages.length === 2);
	expect(bo.notes.filter((note) => /missing|fork|equivocation/.test(note))).toEqual([]);
});

test('a room that is full of messages refuses for good: the rest fails with the reason and can be discarded', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`update rooms set cap = 3`;
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	for (let n = 1; n <= 5; n++) ada.stay.send(`m${n}`);
	await ada.until(() => ada.messages.filter((message) => message.state === 'failed').length === 2);
	expect(ada.messages.map(({ text, state, reason }) => [text, state, reason])).toEqual([
		['m1', 'sent', undefined],
		['m2', 'sent', undefined],
		['m3', 'sent', undefined],
		['m4', 'failed', 'QUOTA_MESSAGES'],
		['m5', 'failed', 'QUOTA_MESSAGES']
	]);
	await house.services.db.sql`update rooms set cap = 10`;
	ada.stay.discard(ada.messages[3]?.id ?? '');
	ada.stay.retry(ada.messages.find((message) => message.text === 'm5')?.id ?? '');
	await bo.until(() => bo.texts.includes('m5'));
	expect(bo.texts).toEqual(['m1', 'm2', 'm3', 'm5']);
	await ada.until(() => ada.messages.every((message) => message.state === 'sent'));
	expect(bo.notes.filter((note) => /missing|fork|equivocation/.test(note))).toEqual([]);
});

test('a purge ends the room for everybody, and the way back is closed', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('secret');
	await bo.until(() => bo.texts.includes('secret'));
	await ada.stay.purge();
	await bo.until(() => bo.shown.phase === 'ended');
	expect([ada.endings, bo.endings]).toEqual([['you'], ['purged']]);
	expect([ada.shown.items, bo.shown.items]).toEqual([[], []]);
	await expect(come(lodging, 'Cy')).rejects.toMatchObject({ code: 'ROOM_GONE' });
});

test('a purge whose maker the server does not answer is passed on by whoever hears of it', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	const { keyring } = house.services;
	let calls = 0;
	// The first, Ada's, is never answered.
	const stuck: typeof keyring.wipe = (...slot) => (++calls === 1 ? new Promise(() => undefined) : keyring.wipe(...slot));
	Object.assign(house.services, { keyring: { ...keyring, wipe: stuck } });
	void ada.stay.purge();
	await bo.until(() => bo.shown.phase === 'ended');
	await ada.until(() => ada.shown.phase === 'ended');
	Object.assign(house.services, { keyring });
	expect([ada.endings, bo.endings]).toEqual([['you'], ['purged']]);
	await expect(come(lodging, 'Cy')).rejects.toMatchObject({ code: 'ROOM_GONE' });
});

test('a purge that the server can not be asked for says so and leaves the room as it is', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	ada.online = false;
	ada.breakSocket();
	await ada.until(() => ada.shown.phase !== 'open');
	await expect(ada.stay.purge()).rejects.toMatchObject({ problem: 'server-away' });
	expect(ada.endings).toEqual([]);
});

test('the room is over when either clock says so', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	ada.offsetMs = 31 * 24 * 3600 * 1000;
	ada.signal('visible');
	await ada.until(() => ada.shown.phase === 'ended');
	expect(ada.endings).toEqual(['time']);
});

test('writing is shown to the others, and a message ends it', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	await ada.until(() => ada.here.includes('Bo'));
	ada.stay.typed(true);
	await bo.until(() => bo.shown.typing?.join() === 'Ada');
	ada.stay.send('done');
	await bo.until(() => bo.texts.includes('done') && bo.shown.typing?.length === 0);
});

test('a cleared screen shows nothing that was, and brings it back from the server', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('before');
	await bo.until(() => bo.texts.includes('before'));
	bo.stay.clearScreen();
	await bo.until(() => bo.shown.cleared === true);
	ada.stay.send('after');
	await bo.until(() => bo.texts.includes('after'));
	expect(bo.texts).toEqual(['after']);
	expect(bo.shown.older).toBe('begin');
	await bo.stay.bringBack();
	await bo.until(() => bo.shown.cleared === false && bo.texts.length === 2);
	expect(bo.texts).toEqual(['before', 'after']);
	expect(bo.notes).not.toContain('cleared');
});

test('a screen that is cleared while older messages are on their way stays clear', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`update rooms set cap = null`;
	const ada = await come(lodging, 'Ada');
	for (let n = 1; n <= 60; n++) ada.stay.send(`message ${n}`);
	await ada.until(() => ada.messages.at(-1)?.seq === 60 && ada.messages.length === 60);
	const bo = await come(lodging, 'Bo');
	const older = bo.stay.loadOlder();
	bo.stay.clearScreen();
	await older;
	expect([bo.texts, bo.shown.older]).toEqual([[], 'begin']);
	await bo.stay.bringBack();
	await bo.until(() => bo.texts.length === 50);
	expect(bo.shown.older).toBe('more');
});

test('a room that was out of sight for long is covered until the server has answered', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	ada.signal('hidden');
	ada.signal('visible');
	expect(ada.shown.covered ?? false).toBe(false);
	ada.signal('hidden');
	ada.offsetMs = 60_000;
	ada.signal('visible');
	expect(ada.shown.covered).toBe(true);
	await ada.until(() => ada.shown.covered === false);
	expect(ada.shown.phase).toBe('open');
	ada.reachable = false;
	ada.signal('hidden');
	ada.offsetMs = 120_000;
	await house.shut();
	ada.signal('visible');
	await ada.until(() => ada.shown.covered === false && ada.shown.phase === 'reconnecting');
	await house.open();
	ada.reachable = true;
});

test('messages that come while nobody looks stand under one line', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('seen');
	await bo.until(() => bo.texts.includes('seen'));
	bo.hidden = true;
	bo.signal('hidden');
	ada.stay.send('unseen');
	ada.stay.send('unseen too');
	await bo.until(() => bo.texts.length === 3);
	const kinds = (bo.shown.items ?? []).map((item) => (item.kind === 'message' ? item.text : item.kind));
	expect(kinds).toEqual(['note', 'seen', 'unread', 'unseen', 'unseen too']);
	expect(bo.messages.map((message) => message.fresh)).toEqual([true, false, false]);
});

test("the server's rows stand beside what this device makes of them", async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('plain here');
	await bo.until(() => bo.texts.includes('plain here'));
	const rows = await bo.stay.serverRows();
	expect(rows).toMatchObject([{ seq: 1, size: 1364, seen: { nick: 'Ada', text: 'plain here' } }]);
	expect(rows[0]?.ciphertext).toHaveLength(Math.ceil((1364 * 4) / 3));
	expect(Math.abs((rows[0]?.arrivedAt ?? 0) - Date.now())).toBeLessThan(60_000);
});

test('when the network goes the room says so at once, whatever the socket believes, and comes back with it', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	await bo.until(() => bo.here.includes('Ada'));
	bo.online = false;
	await house.shut();
	bo.signal('offline');
	expect(bo.shown.phase).toBe('offline');
	bo.stay.send('written in the tunnel');
	await bo.until(() => bo.messages[0]?.state === 'queued');
	await house.open();
	bo.online = true;
	bo.signal('online');
	await ada.until(() => ada.texts.includes('written in the tunnel'));
	await bo.until(() => bo.shown.phase === 'open' && bo.messages[0]?.state === 'sent');
});

test('a limit that was lifted is known after the next connection', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`update rooms set cap = 50`;
	const ada = await come(lodging, 'Ada');
	await ada.until(() => ada.shown.cap === 50);
	await house.services.db.sql`update rooms set cap = 60`;
	ada.breakSocket();
	await ada.until(() => ada.shown.cap === 60);
});

test('people who were given different token keys are all told so, once; who knows none is no reason', async () => {
	const lodging = await openLodging(house);
	const hint = (byte: number) => ({ tokenKeyHint: new Uint8Array(4).fill(byte) });
	const ada = await come(lodging, 'Ada', hint(1));
	const bo = await come(lodging, 'Bo', hint(1));
	const cleo = await come(lodging, 'Cleo');
	const knowEachOther = (count: number) =>
		Promise.all([ada, bo, cleo].map((one) => one.until(() => one.here.length === count && one.shown.unnamed === 0)));
	await knowEachOther(3);
	expect([ada, bo, cleo].flatMap(({ notes }) => notes).filter((note) => note === 'token-keys')).toEqual([]);
	const dan = await come(lodging, 'Dan', hint(2));
	const told = (guest: Guest) => guest.notes.filter((note) => note === 'token-keys').length;
	await Promise.all([ada, bo, cleo, dan].map((one) => one.until(() => told(one) === 1)));
	await come(lodging, 'Eve', hint(2));
	await knowEachOther(5);
	expect([ada, bo, cleo, dan].map(told)).toEqual([1, 1, 1, 1]);
});
