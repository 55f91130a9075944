import { expect, test } from 'vitest';
import { ashesOf, burnOf, isEarly } from './burns.ts';
import { startLasting, startServerClock } from './lasting.ts';
import { Thread } from './thread.ts';
import type { MessageItem } from './view.ts';

const arrivedAt = 1_000_000;

test('a message burns so long after it came to the server, by the shortest of what is known', () => {
	// The server's second is cut off: it came within the one that follows.
	expect(burnOf({ seconds: 60, arrivedAt, now: arrivedAt + 5000 })?.at).toBe(arrivedAt + 61_000);
	expect(burnOf({ seconds: 60, burnAt: arrivedAt + 60_400, arrivedAt, now: arrivedAt + 5000 })?.at).toBe(arrivedAt + 60_400);
	// However late a server says that it came, nothing stays longer than was signed.
	expect(burnOf({ seconds: 60, burnAt: null, arrivedAt: arrivedAt + 86_400_000, now: arrivedAt })?.at).toBe(arrivedAt + 60_000);
	expect(burnOf({ seconds: 10, burnAt: arrivedAt + 3_600_000, arrivedAt, now: arrivedAt + 500 })?.at).toBe(arrivedAt + 10_500);
	expect(burnOf({ burnAt: null, arrivedAt, now: arrivedAt })).toBeNull();
});

test('a number at the server that is not the signed one is marked, and the shorter one counts', () => {
	const differs = (seconds: 10 | 60 | undefined, burnAt: number | null) =>
		burnOf({ ...(seconds && { seconds }), burnAt, arrivedAt, now: arrivedAt })?.differs;
	expect(differs(60, arrivedAt + 60_999)).toBe(false);
	expect(differs(60, arrivedAt + 10_500)).toBe(true);
	expect(differs(10, arrivedAt + 60_500)).toBe(true);
	expect(differs(60, null)).toBe(true);
	expect(differs(undefined, arrivedAt + 60_500)).toBe(true);
	expect(burnOf({ seconds: 60, burnAt: arrivedAt + 10_500, arrivedAt, now: arrivedAt })?.at).toBe(arrivedAt + 10_500);
	// Whoever sent it has only heard when it came.
	expect(burnOf({ seconds: 60, arrivedAt, now: arrivedAt })?.differs).toBe(false);
});

test('a row that the server burned before its time, or that was never to burn, is early', () => {
	expect(isEarly(undefined, 0)).toBe(true);
	expect(isEarly({ at: 60_000, differs: false, gone: false }, 0)).toBe(true);
	expect(isEarly({ at: 60_000, differs: false, gone: false }, 59_500)).toBe(false);
});

function item(id: string, seq: number, at: number | null): MessageItem {
	const person = { fp: 'f', tag: 'T', nick: 'Ada', colour: 0, namesake: false };
	const marks = { clockOff: false, late: false, equivocal: false, fresh: false };
	const burn = { seconds: 60, at, differs: false, gone: false } as const;
	return { kind: 'message', id, seq, person, own: false, time: 0, text: `words of ${id}`, state: 'received', ...marks, burn };
}

test('what is due loses its words and keeps its place, and nothing brings them back', () => {
	const thread = new Thread();
	thread.putMessage(item('a', 1, 5000));
	thread.putMessage(item('b', 2, 9000));
	thread.burnDue(4999);
	expect(thread.message('a')?.text).toBe('words of a');
	thread.burnDue(5000);
	expect(thread.items().map((each) => [each.id, 'text' in each && each.text])).toEqual([
		['a', ''],
		['b', 'words of b']
	]);
	expect(thread.message('a')).toEqual(ashesOf(item('a', 1, null)));
	thread.putMessage(item('a', 1, 99_000));
	expect(thread.message('a')?.text).toBe('');
	expect(JSON.stringify(thread.items())).not.toContain('words of a');
});

test('what burns while the screen is cleared stays burned when it is brought back', () => {
	const thread = new Thread();
	thread.putMessage(item('a', 1, 5000));
	thread.clear();
	thread.burnDue(6000);
	thread.putMessage(item('a', 1, 99_000));
	expect(thread.message('a')).toMatchObject({ text: '', burn: { gone: true } });
});

test('a message that was refused after it had gone out burns no more, and keeps its words', () => {
	const thread = new Thread();
	thread.putMessage(item('a', 0, 5000));
	thread.putMessage({ ...item('a', 0, null), state: 'failed' });
	thread.burnDue(6000);
	expect(thread.message('a')).toMatchObject({ text: 'words of a', state: 'failed' });
	expect(thread.nextBurnMs(6000, 900)).toBe(Infinity);
});

test('a row that the server burned goes at once, and says so when that was early', () => {
	const thread = new Thread();
	thread.putMessage(item('a', 1, 60_000));
	thread.putMessage(item('b', 2, 60_000));
	thread.burnRow(1, 59_900);
	thread.burnRow(2, 10_000);
	thread.burnRow(3, 10_000);
	expect(thread.message('a')).toMatchObject({ text: '', burn: { gone: true, differs: false } });
	expect(thread.message('b')).toMatchObject({ text: '', burn: { gone: true, differs: true } });
});

test('the next look at the clock is when something begins to fade, and then when it is gone', () => {
	const thread = new Thread();
	expect(thread.nextBurnMs(0, 900)).toBe(Infinity);
	thread.putMessage(item('a', 1, 5000));
	thread.putMessage(item('b', 0, null));
	expect(thread.nextBurnMs(0, 900)).toBe(4100);
	expect(thread.nextBurnMs(4100, 900)).toBe(900);
	expect(thread.nextBurnMs(4600, 900)).toBe(400);
});

const hours = 3_600_000;

test('the server’s clock goes on by whichever clock of the device went further', () => {
	const at = { now: 0, wall: 7 };
	const serverNow = startServerClock({ now: () => at.now, wall: () => at.wall }, arrivedAt);
	at.now = 10_000;
	expect(serverNow()).toBe(arrivedAt + 10_000);
	at.wall += 12 * hours;
	expect(serverNow()).toBe(arrivedAt + 12 * hours);
	at.wall -= 24 * hours;
	expect(serverNow()).toBe(arrivedAt + 10_000);
});

test('a clock that was set, or a sleep, is noticed, and what the server says then is right again', () => {
	const at = { now: 0, wall: 0 };
	const lasting = startLasting({ now: () => at.now, wall: () => at.wall }, 24 * hours);
	[at.now, at.wall] = [60_000, 60_900];
	expect(lasting.hasJumped()).toBe(false);
	at.wall += 12 * hours;
	expect([lasting.hasJumped(), lasting.leftMs()]).toEqual([true, 12 * hours - 60_900]);
	const set = lasting.again(24 * hours - 60_000);
	expect([set.hasJumped(), set.leftMs()]).toEqual([false, 24 * hours - 60_000]);
	at.wall -= 24 * hours;
	at.now += 60_000;
	expect(set.leftMs()).toBe(24 * hours - 120_000);
});

test('no server can make a room last longer than it said at first', () => {
	const at = { now: 0, wall: 0 };
	const lasting = startLasting({ now: () => at.now, wall: () => at.wall }, 60_000);
	[at.now, at.wall] = [20_000, 20_000];
	expect(lasting.again(30 * 24 * hours).leftMs()).toBe(40_000);
	at.now = 30_000;
	expect(lasting.again(50_000).again(50_000).leftMs()).toBe(30_000);
});
