import { seats } from '#protocol/seats';
import { isNick } from '#protocol/text';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';
import { ringStep, startLasting } from './lasting.ts';
import { skeletonOf } from './namesake.ts';
import { suggestAlias } from './nick.ts';
import { unlessAborted } from './timers.ts';
import { believedMs, OthersTyping, OwnTyping } from './typing.ts';

test('every alias that can be suggested is a nickname, and its colour a seat', () => {
	for (let n = 0; n < 100; n++) {
		const { nick, colour } = suggestAlias((below) => n % below);
		expect(isNick(nick)).toBe(true);
		expect(nick).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
		expect(seats[colour]).toBeDefined();
	}
});

test('chance alone decides the alias', () => {
	expect(suggestAlias(() => 0)).toEqual(suggestAlias(() => 0));
	expect(suggestAlias(() => 0).nick).not.toBe(suggestAlias(() => 1).nick);
});

test('the room lasts until the clock that went further says that it is over', () => {
	const at = { now: 0, wall: 1_000_000 };
	const lasting = startLasting({ now: () => at.now, wall: () => at.wall }, 60_000);
	expect(lasting.endsAt).toBe(1_060_000);
	at.now = 10_000;
	expect(lasting.leftMs()).toBe(50_000);
	at.wall += 30_000;
	expect(lasting.leftMs()).toBe(30_000);
	at.wall -= 600_000;
	expect(lasting.leftMs()).toBe(50_000);
	at.now = 70_000;
	expect(lasting.leftMs()).toBe(0);
});

test('the ring moves once a minute, and once a second in the last one', () => {
	expect([61_500, 119_999, 60_000, 59_001, 1, 0].map(ringStep)).toEqual([120_000, 120_000, 60_000, 60_000, 1000, 0]);
});

test('tries come less and less often, never all at once, and never less often than every twenty seconds', () => {
	const least = (tries: number) => backoffMs(tries, () => 0);
	const most = (tries: number) => backoffMs(tries, () => 999);
	expect([0, 1, 2, 10, 100].map(least)).toEqual([125, 250, 500, 10_000, 10_000]);
	expect(most(0)).toBe(250);
	expect(most(100)).toBeLessThanOrEqual(20_000);
});

test('one says that one is writing at most once in three seconds, and when one has stopped', () => {
	const typing = new OwnTyping();
	expect(typing.typed(true, 0)).toEqual({ started: true });
	expect(typing.typed(true, 2999)).toBeNull();
	expect(typing.typed(true, 3000)).toEqual({ started: true });
	expect(typing.typed(false, 3100)).toEqual({ started: false });
	expect(typing.typed(false, 3200)).toBeNull();
});

test('writing is believed for six seconds', () => {
	const typing = new OthersTyping();
	typing.heard('a', true, 0);
	typing.heard('b', true, 1000);
	expect(typing.writing(believedMs - 1)).toEqual(['a', 'b']);
	expect(typing.writing(believedMs)).toEqual(['b']);
	typing.heard('b', false, believedMs);
	expect(typing.writing(believedMs)).toEqual([]);
});

test('names that are drawn alike have one skeleton, and others have not', () => {
	for (const [one, other] of [
		['Paper Moon', 'Рареr Мооn'],
		['Bill', 'BiII'],
		['Élise', 'elise'],
		['modern', 'modem'],
		['Quiet Heron', 'quiet-heron']
	] as const)
		expect(skeletonOf(one)).toBe(skeletonOf(other));
	expect(skeletonOf('Paper Moon')).not.toBe(skeletonOf('Paper Noon'));
});

test('work that is given up is waited for no longer, and what comes of it is put away', async () => {
	const { promise: work, resolve } = Promise.withResolvers<string>();
	const giveUp = new AbortController();
	const late: string[] = [];
	const answer = unlessAborted(work, giveUp.signal, (value) => late.push(value));
	giveUp.abort(new Error('cancelled'));
	await expect(answer).rejects.toThrow('cancelled');
	resolve('a connection');
	await work;
	expect(late).toEqual(['a connection']);
	expect(await unlessAborted(work, new AbortController().signal)).toBe('a connection');
});
