import { expect, test } from 'vitest';
import { createDemand, idlePerMinute } from './demand.ts';

const idle = 5;
const minuteMs = 60_000;

/** So many batches a minute, evenly, for so long. */
function after(perMinute: number, minutes: number) {
	let at = 1_800_000_000_000;
	const demand = createDemand({ now: () => at });
	for (let batch = 0; batch < perMinute * minutes; batch++) {
		at += minuteMs / perMinute;
		demand.met();
	}
	return { demand, rest: (more: number) => void (at += more * minuteMs), turnBack: () => void (at -= 60 * minuteMs) };
}

test.each([
	[0.1, 5],
	[idlePerMinute - 1, 5],
	[idlePerMinute * 1.5, 6],
	[idlePerMinute * 3, 7],
	[idlePerMinute * 6, 8],
	[idlePerMinute * 12, 9],
	[idlePerMinute * 24, 10],
	[idlePerMinute * 1000, 10]
])('%d batches a minute for two hours: %i bits', (perMinute, bits) => {
	expect(after(perMinute, 120).demand.bits(idle)).toBe(bits);
});

test('nobody yet: idle', () => {
	expect(createDemand({ now: () => 0 }).bits(idle)).toBe(idle);
});

test('a rush makes it harder within minutes, and it is idle again some time after', () => {
	const { demand, rest } = after(idlePerMinute * 24, 1);
	expect(demand.bits(idle)).toBe(6);
	rest(120);
	expect(demand.bits(idle)).toBe(idle);
});

test('asking how hard it is makes nothing harder', () => {
	const { demand } = after(idlePerMinute, 10);
	for (let asked = 0; asked < 10_000; asked++) demand.bits(idle);
	expect(demand.bits(idle)).toBe(idle);
});

test('an operator who wants more than ten bits gets them, and load adds none', () => {
	expect(after(idlePerMinute * 24, 120).demand.bits(12)).toBe(12);
	expect(after(idlePerMinute * 24, 120).demand.bits(9)).toBe(10);
});

test('a clock that is set back changes nothing', () => {
	const { demand, turnBack } = after(idlePerMinute * 3, 120);
	turnBack();
	expect(demand.bits(idle)).toBe(7);
});
