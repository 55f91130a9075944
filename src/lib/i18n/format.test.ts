import { expect, test } from 'vitest';
import { createFormats, splitDuration } from './format.ts';
import { t } from './room.ts';

const noon = Date.UTC(2026, 10, 21, 12, 0, 0);
const hour = 3_600_000;

test('a duration is split into whole parts, and a negative one is none', () => {
	expect(splitDuration(26 * hour + 61_999)).toEqual({ days: 1, hours: 2, minutes: 1, seconds: 1 });
	expect(splitDuration(-1)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
});

test('the time left reads as the screens write it', () => {
	expect(t.time.left(30 * 24 * hour)).toBe('30 days');
	expect(t.time.left(25 * hour)).toBe('1 day 1 h');
	expect(t.time.left(23 * hour + 10 * 60_000)).toBe('23 h 10 min');
	expect(t.time.left(hour)).toBe('1 hour');
	expect(t.time.left(120_000)).toBe('2 minutes');
	expect(t.time.left(60_000)).toBe('1 minute');
	expect(t.time.left(40_000)).toBe('40 seconds');
});

test('a countdown is never ahead of the time, and reads as a clock below an hour', () => {
	expect([17_001, 18_000, 59_999, 0, 300_000].map(t.time.countdown)).toEqual(['0:18', '0:18', '1:00', '0:00', '5:00']);
	expect([24 * hour, 3 * hour + 10 * 60_000].map(t.time.countdown)).toEqual(['1 day', '3 h 10 min']);
});

test('the word inside a ring has at most three characters', () => {
	for (const ms of [0, 59_000, 60_000, 59 * 60_000, 23 * hour, 90 * 24 * hour]) {
		expect(t.time.ring(ms).length, t.time.ring(ms)).toBeLessThanOrEqual(3);
	}
});

test('clocks show 14:09 with 24 hours in the zone asked for', () => {
	const formats = createFormats('en-GB', 'Europe/Berlin');
	expect(formats.clock(noon)).toBe('13:00');
	expect(formats.clockSeconds(noon)).toBe('13:00:00');
});

test('a day is today, yesterday, or named', () => {
	const { day } = createFormats('en-GB', 'UTC');
	expect(day(noon - hour, noon)).toBe('Today');
	expect(day(noon - 24 * hour, noon)).toBe('Yesterday');
	expect(day(noon - 48 * hour, noon)).toBe('Thursday 19 November');
});

test('plurals follow the language and carry its digits', () => {
	const arabic = createFormats('ar-EG');
	expect(arabic.plural(3, { one: 'one', few: 'few #', other: 'other #' })).toBe('few ٣');
	expect(createFormats('en').plural(1200, { one: '# room', other: '# rooms' })).toBe('1,200 rooms');
});

test('one writes, two write, more are several', () => {
	expect(t.room.typing([])).toBe('');
	expect(t.room.typing(['Amber Fox'])).toBe('Amber Fox is writing');
	expect(t.room.typing(['Amber Fox', 'Paper Moon'])).toBe('Amber Fox and Paper Moon are writing');
	expect(t.room.typing(['a', 'b', 'c'])).toBe('Several people are writing');
});

test('a date of a plan is the same day everywhere, and a price has no idle decimals', () => {
	for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
		const formats = createFormats('en-GB', zone);
		expect(formats.date('2026-03-21')).toBe('21 March 2026');
		expect(formats.dayOfYear(Date.UTC(2026, 2, 1))).toBe('1 March');
	}
	const { money } = createFormats('en-GB');
	expect([money({ amount: 400, currency: 'eur' }), money({ amount: 450, currency: 'eur' })]).toEqual(['€4', '€4.50']);
	expect(money({ amount: 600, currency: 'jpy' })).toMatch(/600$/);
});
