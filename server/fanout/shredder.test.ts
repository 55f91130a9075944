import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Shredder } from './shredder.ts';

const frames = () => new Uint8Array(8).fill(7);
const isWhole = (bytes: Uint8Array) => bytes.every((byte) => byte === 7);
const isWiped = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

test('frames are whole for as long as this turn gives them out, and overwritten when everybody has taken them', async () => {
	const shredder = new Shredder();
	const [one, two] = [frames(), frames()];
	for (const each of [one, two]) shredder.add(each, { buffered: () => 0 });
	shredder.add(one, { buffered: () => 0 });
	expect([one, two].every(isWhole)).toBe(true);
	await turn();
	expect([one, two].every(isWiped)).toBe(true);
});

test('a slow one gets them whole, and keeps no others', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout'] });
	try {
		const shredder = new Shredder();
		const [one, two] = [frames(), frames()];
		const slow = { left: 8, buffered: () => slow.left };
		for (const taker of [slow, { buffered: () => 0 }]) shredder.add(one, taker);
		shredder.add(two, { buffered: () => 0 });
		await turn();
		expect([isWhole(one), isWiped(two)]).toEqual([true, true]);
		vi.advanceTimersByTime(5000);
		expect(isWhole(one)).toBe(true);
		slow.left = 0;
		vi.advanceTimersByTime(1000);
		expect(isWiped(one)).toBe(true);
	} finally {
		vi.useRealTimers();
	}
});
