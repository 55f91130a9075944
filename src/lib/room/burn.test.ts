import { expect, test } from 'vitest';
import { openLodging } from './testing.ts';
import type { Guest } from './testing.ts';
import { testHouse } from './testing-house.ts';

const { house, come } = testHouse();

const leftMs = (guest: Guest) => (guest.messages[0]?.burn?.at ?? 0) - (guest.shown.now ?? 0);
const isGone = (guest: Guest) => guest.messages[0]?.burn?.gone === true;

test('a message that burns stands with its time on both screens, and at its time both forget its words by themselves', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('the code is 7731', 60);
	await bo.until(() => bo.texts.includes('the code is 7731') && ada.messages[0]?.state === 'sent');
	for (const guest of [ada, bo]) {
		expect(guest.messages[0]?.burn).toMatchObject({ seconds: 60, differs: false, gone: false });
		expect(leftMs(guest)).toBeGreaterThan(55_000);
		expect(leftMs(guest)).toBeLessThan(61_100);
	}
	for (const guest of [ada, bo]) {
		guest.offsetMs = 58_000;
		guest.signal('online');
		expect(guest.texts).toEqual(['the code is 7731']);
		guest.offsetMs = 61_000;
		guest.signal('online');
		// By this device alone, at once: no word from anybody is waited for.
		expect(isGone(guest)).toBe(true);
		expect(JSON.stringify(guest.shown)).not.toContain('7731');
	}
});

test('a message that burns before its row can be read is told of without its words', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	ada.stay.send('gone by now', 10);
	await ada.until(() => ada.messages[0]?.state === 'sent');
	await house.services.db.sql`update envelopes set burn_at = clock_timestamp() where room = (select max(id) from rooms)`;
	ada.stay.send('still here');
	await ada.until(() => ada.messages.length === 2 && ada.messages[1]?.state === 'sent');
	const bo = await come(lodging, 'Bo');
	await bo.until(() => bo.texts.includes('still here'));
	// Nobody waits ten seconds for what the server accounts for.
	await bo.until(() => bo.notes.includes('gone Ada'));
	expect(bo.shown.items?.find((item) => item.kind === 'note' && item.note.is === 'gone')).toMatchObject({ note: { count: 1 } });
	expect(bo.texts).toEqual(['still here']);
	expect((await bo.stay.serverRows())[0]).toMatchObject({ seq: 1, size: 0 });
});

test('a server that was told another number is given away on both screens, and the shorter one counts', async () => {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	const posts = house.services.posts;
	const { post } = posts;
	posts.post = (request) => post({ ...request, burnSeconds: 3600 });
	try {
		ada.stay.send('an hour, says the server', 60);
		await bo.until(() => bo.messages[0]?.burn?.differs === true);
		await ada.until(() => ada.messages[0]?.burn?.differs === true);
	} finally {
		posts.post = post;
	}
	expect(leftMs(bo)).toBeLessThan(61_100);
});

test('nothing of a burn message is in Server’s eye view but that it is there', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	ada.stay.send('the code is 7731', 60);
	await ada.until(() => ada.messages[0]?.state === 'sent');
	const [row] = await ada.stay.serverRows();
	expect(row?.seen).toEqual({ nick: 'Ada' });
	expect(Math.abs((row?.burnAt ?? 0) - Date.now() - 60_000)).toBeLessThan(5000);
});

test('what a reload finds unsent burns as it was to, byte for byte', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const bo = await come(lodging, 'Bo');
	await ada.until(() => ada.here.includes('Bo'));
	const posts = house.services.posts;
	const { post } = posts;
	const sent: { readonly env: string; readonly burnSeconds: number | null }[] = [];
	posts.post = (request) => {
		if (request.burnSeconds !== null)
			sent.push({ env: Buffer.from(request.env).toString('hex'), burnSeconds: request.burnSeconds });
		return sent.length === 1 ? Promise.reject(new Error('nobody answers')) : post(request);
	};
	try {
		ada.stay.send('twice', 300);
		await ada.until(() => sent.length === 1);
		ada.stay.stop();
		await come(lodging, 'Ada', { remembered: ada });
		await bo.until(() => bo.texts.includes('twice'));
	} finally {
		posts.post = post;
	}
	expect(bo.messages[0]?.burn).toMatchObject({ seconds: 300, differs: false });
	expect(sent[1]).toEqual(sent[0]);
	expect(sent[0]?.burnSeconds).toBe(300);
});

/** While `work` goes on nobody hears what becomes of messages that burn. */
async function withoutAnswers(work: () => Promise<void>): Promise<void> {
	const posts = house.services.posts;
	const { post } = posts;
	const { promise, reject } = Promise.withResolvers<never>();
	promise.catch(() => undefined);
	posts.post = (request) => (request.burnSeconds === null ? post(request) : promise);
	try {
		await work();
	} finally {
		posts.post = post;
		reject(new Error('nobody answers'));
	}
}

test('a message whose answer was lost burns at its sender, too, counted from when it first went out', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	await withoutAnswers(async () => {
		ada.stay.send('the code is 7731', 10);
		await ada.until(() => ada.messages[0]?.burn?.at != null);
		ada.online = ada.reachable = false;
		ada.signal('offline');
		expect(ada.messages[0]?.state).toBe('queued');
		expect(leftMs(ada)).toBeGreaterThan(8000);
		expect(leftMs(ada)).toBeLessThan(10_100);
		ada.offsetMs = 11_000;
		ada.signal('online');
		expect(isGone(ada)).toBe(true);
		expect(JSON.stringify(ada.shown)).not.toContain('7731');
	});
	ada.online = ada.reachable = true;
	ada.signal('online');
	await ada.until(() => ada.messages[0]?.state === 'sent');
	expect(ada.texts).toEqual(['']);
});

test('what a reload finds unsent after its time is never shown again', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	// It is signed as it would have been a minute ago.
	ada.clock.wallMs = -60_000;
	await withoutAnswers(async () => {
		ada.stay.send('the code is 7731', 10);
		await ada.until(() => ada.messages[0]?.burn?.at != null);
		ada.stay.stop();
		const again = await come(lodging, 'Ada', { remembered: ada });
		await again.until(() => again.messages.length === 1);
		expect(isGone(again)).toBe(true);
		expect(JSON.stringify(again.shown)).not.toContain('7731');
	});
});

async function withAMessageOfFiveMinutes(): Promise<Guest> {
	const lodging = await openLodging(house);
	const [ada, bo] = [await come(lodging, 'Ada'), await come(lodging, 'Bo')];
	ada.stay.send('five minutes', 300);
	await bo.until(() => bo.texts.includes('five minutes'));
	return bo;
}

test('a clock that was set burns nothing: the room is covered until the server has said how late it is', async () => {
	const bo = await withAMessageOfFiveMinutes();
	bo.clock.wallMs = 600_000;
	bo.signal('visible');
	expect([bo.shown.covered, isGone(bo)]).toEqual([true, false]);
	await bo.until(() => bo.shown.phase === 'open' && bo.shown.covered === false);
	expect(bo.texts).toEqual(['five minutes']);
	expect(leftMs(bo)).toBeGreaterThan(290_000);
});

test('a clock that has gone ahead is believed when nobody answers within five seconds, and at once without a network', async () => {
	const bo = await withAMessageOfFiveMinutes();
	bo.reachable = false;
	bo.clock.wallMs = 600_000;
	bo.signal('visible');
	bo.offsetMs = 4900;
	bo.signal('visible');
	expect([bo.shown.covered, isGone(bo)]).toEqual([true, false]);
	bo.offsetMs = 5100;
	bo.signal('visible');
	expect([bo.shown.covered, isGone(bo)]).toEqual([false, true]);

	const cleo = await withAMessageOfFiveMinutes();
	cleo.online = cleo.reachable = false;
	cleo.clock.wallMs = 600_000;
	cleo.signal('offline');
	expect([cleo.shown.covered, isGone(cleo)]).toEqual([false, true]);
});

test('a room that ends, ends on this device by itself, and a clock that is set does not move its end', async () => {
	const lodging = await openLodging(house);
	const ada = await come(lodging, 'Ada');
	const left = 30 * 24 * 3600_000;
	const endsIn = () => (ada.shown.endsAt ?? 0) - ada.clock.wall();
	for (const hours of [12, -12]) {
		ada.clock.wallMs = hours * 3600_000;
		ada.signal('visible');
		if (hours > 0) await ada.until(() => ada.shown.phase === 'reconnecting');
		await ada.until(() => ada.shown.phase === 'open');
		ada.signal('visible');
		if (hours > 0) expect(Math.abs(endsIn() - left)).toBeLessThan(10_000);
		expect(Math.abs((ada.shown.leftMs ?? 0) - left)).toBeLessThan(120_000);
		expect(ada.endings).toEqual([]);
	}
	ada.online = false;
	ada.reachable = false;
	ada.signal('offline');
	ada.offsetMs = left + 1000;
	ada.signal('visible');
	expect(ada.endings).toEqual(['time']);
	expect(ada.shown.items).toEqual([]);
});

test('a clock that is set past the end of a room does not end it while the server says otherwise, and does when nobody can be asked', async () => {
	const lodging = await openLodging(house);
	await house.services.db.sql`
		update rooms set expires_at = clock_timestamp() + interval '1 h' where id = (select max(id) from rooms)`;
	const ada = await come(lodging, 'Ada');
	ada.clock.wallMs = 2 * 3600_000;
	ada.signal('visible');
	expect(ada.shown.covered).toBe(true);
	await ada.until(() => ada.shown.phase === 'reconnecting');
	await ada.until(() => ada.shown.phase === 'open' && ada.shown.covered === false);
	ada.signal('visible');
	expect(ada.endings).toEqual([]);
	expect(Math.abs((ada.shown.leftMs ?? 0) - 3600_000)).toBeLessThan(120_000);
	ada.online = false;
	ada.reachable = false;
	ada.signal('offline');
	ada.clock.wallMs = 4 * 3600_000;
	ada.signal('visible');
	expect(ada.endings).toEqual(['time']);
});
