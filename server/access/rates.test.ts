import { expect, test } from 'vitest';
import { charge, createRates, perMinute } from './rates.ts';

function start(maxBuckets?: number) {
	let at = 1_800_000_000_000;
	const now = () => at;
	return { rates: createRates(maxBuckets === undefined ? { now } : { now, maxBuckets }), advance: (ms: number) => (at += ms) };
}

test('a burst is let through, then one for each span of the rate', () => {
	const { rates, advance } = start();
	const rate = { perSecond: 10, burst: 40 };
	for (let i = 0; i < 40; i++) expect(rates.take('a', rate)).toBe(true);
	expect(rates.take('a', rate)).toBe(false);
	advance(99);
	expect(rates.take('a', rate)).toBe(false);
	advance(1);
	expect(rates.take('a', rate)).toBe(true);
	expect(rates.take('a', rate)).toBe(false);
});

test('a rest never saves up more than the burst', () => {
	const { rates, advance } = start();
	advance(3_600_000);
	rates.take('a', perMinute(10));
	advance(3_600_000);
	for (let i = 0; i < 10; i++) expect(rates.take('a', perMinute(10))).toBe(true);
	expect(rates.take('a', perMinute(10))).toBe(false);
});

test('names have buckets of their own', () => {
	const { rates } = start();
	rates.take('a', perMinute(1));
	expect(rates.take('b', perMinute(1))).toBe(true);
	expect(() => charge(rates, 'a', perMinute(1))).toThrow('RATE_LIMITED');
});

test('a clock that was set back gives nothing away and does not lock out', () => {
	const { rates, advance } = start();
	rates.take('a', perMinute(1));
	advance(-600_000);
	expect(rates.take('a', perMinute(1))).toBe(false);
	advance(60_000);
	expect(rates.take('a', perMinute(1))).toBe(true);
});

test('memory is bounded: the bucket that was used longest ago makes room', () => {
	const { rates } = start(3);
	for (const name of ['a', 'b', 'c']) rates.take(name, perMinute(1));
	rates.take('a', perMinute(1));
	rates.take('d', perMinute(1));
	expect(rates.count()).toBe(3);
	expect(rates.take('a', perMinute(1))).toBe(false);
	expect(rates.take('b', perMinute(1))).toBe(true);
});

test('what is given back can be taken again, and never makes a bucket fuller than full', () => {
	const rates = createRates({ now: () => 0 });
	const rate = { perSecond: 1, burst: 2 };
	rates.giveBack('nobody', rate);
	expect([rates.take('a', rate), rates.take('a', rate), rates.take('a', rate)]).toEqual([true, true, false]);
	for (let i = 0; i < 5; i++) rates.giveBack('a', rate);
	expect([rates.take('a', rate), rates.take('a', rate), rates.take('a', rate)]).toEqual([true, true, false]);
	expect(rates.count()).toBe(1);
});
