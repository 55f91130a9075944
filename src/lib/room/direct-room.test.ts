/** Two people in a Direct room, whose server goes away or says nothing of the end. */
import { expect, test } from 'vitest';
import { comeIn, openLodging } from './testing.ts';
import type { Guest } from './testing.ts';
import { testHouse } from './testing-house.ts';
import { playedConnections } from './testing-rtc.ts';

const { house, stays } = testHouse();
const made = playedConnections();
const lifetimeMs = 15 * 60_000;

async function meet(): Promise<readonly [Guest, Guest]> {
	const lodging = await openLodging(house, 2, 'direct');
	const ada = stays(await comeIn(house, lodging, 'Ada'));
	const bo = stays(await comeIn(house, lodging, 'Bo'));
	await Promise.all([ada, bo].map((guest) => guest.until(({ shown }) => shown.direct?.is === 'connected')));
	return [ada, bo];
}

async function loseTheServer(guests: readonly Guest[]): Promise<void> {
	for (const guest of guests) {
		guest.reachable = false;
		guest.breakSocket();
	}
	await Promise.all(guests.map((guest) => guest.until(({ shown }) => shown.phase !== 'open')));
}

test('they talk on while the server is away, and nothing of it comes twice when it is back', async () => {
	const [ada, bo] = await meet();
	await loseTheServer([ada, bo]);
	ada.stay.send('without it');
	await bo.until(({ texts }) => texts.includes('without it'));
	bo.stay.send('so it is');
	await ada.until(({ texts }) => texts.includes('so it is'));
	for (const guest of [ada, bo]) {
		expect(guest.shown.phase).not.toBe('open');
		expect(guest.messages.filter(({ own, state }) => own && state !== 'sent')).toEqual([]);
		guest.reachable = true;
		guest.signal('visible');
	}
	await Promise.all([ada, bo].map((guest) => guest.until(({ shown }) => shown.phase === 'open')));
	ada.stay.send('back');
	await bo.until(({ texts }) => texts.includes('back'));
	for (const { texts, notes } of [ada, bo]) {
		expect(texts).toEqual(['without it', 'so it is', 'back']);
		expect(notes.filter((note) => /^(fork|equivocation|missing|gone|unverified|hidden)/.test(note))).toEqual([]);
	}
});

test('without a word from the server it is over for both after fifteen minutes, and their way is closed', async () => {
	const [ada, bo] = await meet();
	ada.stay.send('until then');
	await bo.until(({ texts }) => texts.includes('until then'));
	await loseTheServer([ada, bo]);
	for (const guest of [ada, bo]) {
		guest.offsetMs = lifetimeMs;
		guest.signal('visible');
		expect(guest.shown.phase).toBe('ended');
		expect(guest.endings).toEqual(['time']);
	}
	expect(new Set(made.map(({ connectionState }) => connectionState))).toEqual(new Set(['closed']));
});
