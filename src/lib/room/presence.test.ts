import { awayMs } from '#protocol/limits';
import { beforeEach, expect, test } from 'vitest';
import { Presence } from './presence.ts';
import type { Known } from './presence.ts';

const person = (sender: string, nick = sender): Known => ({
	sender,
	fp: `fp-${sender}`,
	tag: 'AAAAAA',
	author: { nick, colour: 1 }
});
const now = 1000;
let presence: Presence;

beforeEach(() => {
	presence = new Presence('me', 'fp-ada');
	presence.heard(person('me'), 'conn-me', 0);
	presence.heardPresence({ count: 2, joined: ['conn-me', 'conn-ada'], left: [] }, now);
});

const hereNow = () =>
	presence
		.people()
		.filter((each) => each.presence === 'here')
		.map((each) => each.nick);

test('who was here before me has no note of coming, and counts without a name until a verified word', () => {
	expect(presence.unnamed()).toBe(1);
	expect(presence.heard(person('ada'), 'conn-ada', 0)).toEqual([]);
	expect([hereNow(), presence.unnamed()]).toEqual([['me', 'ada'], 0]);
});

test('who comes after me is told of when the name is known', () => {
	expect(presence.heardPresence({ count: 3, joined: ['conn-bo'], left: [] }, now)).toEqual([]);
	expect(presence.heard(person('bo'), 'conn-bo', 0)).toEqual([{ is: 'came', fp: 'fp-bo', nick: 'bo' }]);
	expect(presence.heard(person('bo'), 'conn-bo', 0)).toEqual([]);
});

test('a connection that goes takes its person along; a farewell does so at once, and only once', () => {
	presence.heard(person('ada'), 'conn-ada', 0);
	expect(presence.bye('ada')).toEqual([{ is: 'left', fp: 'fp-ada', nick: 'ada' }]);
	expect(presence.heardPresence({ count: 1, joined: [], left: ['conn-ada'] }, now)).toEqual([]);
	expect(hereNow()).toEqual(['me']);
});

test('whose connection goes without a farewell is away, and is back without a word, or has left ninety seconds later', () => {
	presence.heard(person('ada'), 'conn-ada', 0);
	expect(presence.heardPresence({ count: 1, joined: [], left: ['conn-ada'] }, now)).toEqual([]);
	expect(presence.people().map((each) => each.presence)).toEqual(['here', 'away']);
	expect(presence.isAlone).toBe(false);
	expect(presence.heardPresence({ count: 2, joined: ['conn-ada'], left: [] }, now + 1)).toEqual([]);
	expect(hereNow()).toEqual(['me', 'ada']);
	expect(presence.tick(now + awayMs)).toEqual([]);
	presence.heardPresence({ count: 1, joined: [], left: ['conn-ada'] }, now);
	expect(presence.tick(now + awayMs)).toEqual([{ is: 'left', fp: 'fp-ada', nick: 'ada' }]);
});

test('a farewell that is read after the connection has gone says that they have left', () => {
	presence.heard(person('ada'), 'conn-ada', 0);
	presence.heardPresence({ count: 1, joined: [], left: ['conn-ada'] }, now);
	expect(presence.bye('ada')).toEqual([{ is: 'left', fp: 'fp-ada', nick: 'ada' }]);
	expect(presence.tick(now + awayMs)).toEqual([]);
});

test('until the server has said who is here nobody is alone', () => {
	const fresh = new Presence('me', 'fp-me');
	expect(fresh.isAlone).toBe(false);
	fresh.heardPresence({ count: 1, joined: ['conn-me'], left: [] }, now);
	expect(fresh.isAlone).toBe(true);
	fresh.expectSnapshot();
	expect(fresh.isAlone).toBe(false);
	fresh.heardPresence({ count: 2, joined: ['conn-me', 'conn-ada'], left: [] }, now);
	expect(fresh.isAlone).toBe(false);
});

test('whom a new feed does not name is away for ninety seconds, and has left then', () => {
	presence.heard(person('ada'), 'conn-ada', 0);
	presence.expectSnapshot();
	expect(presence.heardPresence({ count: 1, joined: ['conn-me'], left: [] }, now)).toEqual([]);
	expect(presence.people().map((each) => each.presence)).toEqual(['here', 'away']);
	expect(presence.tick(now + awayMs - 1)).toEqual([]);
	expect(presence.isAlone).toBe(false);
	expect(presence.tick(now + awayMs)).toEqual([{ is: 'left', fp: 'fp-ada', nick: 'ada' }]);
	expect(presence.isAlone).toBe(true);
	presence.expectSnapshot();
	expect(presence.heardPresence({ count: 2, joined: ['conn-me', 'conn-ada'], left: [] }, now)).toEqual([
		{ is: 'came', fp: 'fp-ada', nick: 'ada' }
	]);
});

test('who comes back while they are away, under another connection, was never gone', () => {
	presence.heard(person('ada'), 'conn-ada', 0);
	presence.expectSnapshot();
	presence.heardPresence({ count: 1, joined: ['conn-me'], left: [] }, now);
	presence.heardPresence({ count: 2, joined: ['conn-ada-2'], left: [] }, now);
	expect(presence.heard(person('ada'), 'conn-ada-2', 0)).toEqual([]);
	expect(hereNow()).toEqual(['me', 'ada']);
	expect(presence.tick(now + awayMs)).toEqual([]);
});

test('a stranger is who came since I said hello, or whom I have never heard', () => {
	expect(presence.isStranger('conn-ada')).toBe(true);
	presence.heard(person('ada'), 'conn-ada', 0);
	expect(presence.isStranger('conn-ada')).toBe(false);
	presence.heardPresence({ count: 3, joined: ['conn-bo'], left: [] }, now);
	presence.heard(person('bo'), 'conn-bo', 0);
	expect(presence.isStranger('conn-bo')).toBe(true);
	presence.greeted();
	expect(presence.isStranger('conn-bo')).toBe(false);
});

test('a new name is told of, once, and only when it is said live', () => {
	presence.heard(person('ada', 'Ada'), 'conn-ada', 4);
	expect(presence.heard(person('ada', 'Old Ada'), null, 3)).toEqual([]);
	expect(presence.nickOf('fp-ada')).toBe('Ada');
	expect(presence.heard(person('ada', 'Eda'), 'conn-ada', 5)).toEqual([
		{ is: 'renamed', fp: 'fp-ada', nick: 'Eda', before: 'Ada' }
	]);
});

test('of somebody known from history alone the newest row has the name', () => {
	for (const [row, nick] of [
		[3, 'second'],
		[4, 'third'],
		[1, 'first']
	] as const)
		presence.heard(person('old', nick), null, row);
	expect(presence.people().find((each) => each.fp === 'fp-old')).toMatchObject({ nick: 'third', presence: 'left' });
});

test('two keys with names that look alike are marked, whoever spoke first', () => {
	presence.heard(person('ada', 'Paper Moon'), 'conn-ada', 0);
	expect(presence.people().some((each) => each.namesake)).toBe(false);
	presence.heard(person('bo', 'Раper  Mооn'), null, 1);
	expect(
		presence
			.people()
			.filter((each) => each.namesake)
			.map((each) => each.fp)
	).toEqual(['fp-ada', 'fp-bo']);
});

test('a second key under a name is told of once, when it speaks here', () => {
	presence.heardPresence({ count: 3, joined: ['conn-me', 'conn-ada', 'conn-bo'], left: [] }, 0);
	presence.heard(person('me'), 'conn-me', 0);
	const told = (key: string, nick: string, connection: string | null, row: number) =>
		presence.heard(person(key, nick), connection, row).filter(({ is }) => is === 'namesake');
	expect(told('ada', 'Paper Moon', 'conn-ada', 0)).toEqual([]);
	expect(told('bo', 'Paper Moon', 'conn-bo', 0)).toEqual([{ is: 'namesake', fp: 'fp-bo', nick: 'Paper Moon', mine: false }]);
	expect(told('bo', 'Paper Moon', 'conn-bo', 0)).toEqual([]);
	expect(told('ada', 'Paper Moon', 'conn-ada', 0)).toEqual([]);
	// In what was said before one came nobody is new.
	expect(told('cy', 'Paper Moon', null, 1)).toEqual([]);
	expect(told('di', 'me', 'conn-di', 0)).toEqual([{ is: 'namesake', fp: 'fp-di', nick: 'me', mine: true }]);
});

test('who opened the room is marked, and I stand first', () => {
	presence.heard(person('ada', 'Aaa'), 'conn-ada', 0);
	expect(presence.people().map(({ nick, me, creator }) => [nick, me, creator])).toEqual([
		['me', true, false],
		['Aaa', false, true]
	]);
});

test('the list is the same one as long as nothing changed', () => {
	const before = presence.people();
	expect(presence.people()).toBe(before);
	presence.heard(person('ada'), 'conn-ada', 0);
	expect(presence.people()).not.toBe(before);
});
