import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ring } from '#protocol/live';
import { createMemoryBus } from '../fanout/memory-bus.ts';
import { createRings } from './rings.ts';

let now = 1_000_000;
const newRings = () => {
	const bus = createMemoryBus();
	return { bus, rings: createRings({ bus, now: () => now }) };
};
const envelope = (seq: number, burnAt: number | null = null) =>
	({ kind: 'envelope', seq, t: 0, env: new Uint8Array(randomBytes(100)), tag: 'AAAAAAAAAAA', burnAt }) as const;
const isWiped = ({ env }: { readonly env: Uint8Array }) => env.every((byte) => byte === 0);

test('after a minute an envelope is forgotten, and overwritten a second later', () => {
	const { rings } = newRings();
	const [first, second] = [envelope(1), envelope(2)];
	rings.keep('room', first);
	now += ring.ms - 1;
	rings.keep('room', second);
	expect(rings.lapse()).toBe(0);
	expect(rings.envelopes('room')).toEqual([first, second]);
	expect(rings.find('room', first.env)).toBe(first);
	now += 1;
	expect(rings.envelopes('room')).toEqual([second]);
	expect(rings.find('room', first.env)).toBeNull();
	expect(rings.lapse()).toBe(1);
	rings.lapse();
	expect([first, second].map(isWiped)).toEqual([true, false]);
});

test('one that comes again when its minute is over is new, and its first copy is overwritten all the same', () => {
	const { rings } = newRings();
	const first = envelope(1);
	const again = { ...first, seq: 3, env: first.env.slice() };
	rings.keep('room', first);
	rings.keep('room', envelope(2));
	now += ring.ms;
	expect(rings.find('room', again.env)).toBeNull();
	rings.keep('room', again);
	rings.lapse();
	rings.lapse();
	expect([first, again].map(isWiped)).toEqual([true, false]);
	expect(rings.envelopes('room')).toEqual([again]);
});

test('one that burns is forgotten at its time', () => {
	const { rings } = newRings();
	rings.keep('room', envelope(1, now + 10_000));
	now += 9_999;
	expect(rings.envelopes('room')).toHaveLength(1);
	now += 1;
	expect(rings.envelopes('room')).toEqual([]);
});

test('of more than the ring holds the oldest go, and stay whole for a moment', () => {
	const { rings } = newRings();
	const all = Array.from({ length: ring.envelopes + 1 }, (_, n) => envelope(n + 1));
	for (const one of all) rings.keep('room', one);
	expect(rings.envelopes('room')).toEqual(all.slice(1));
	// A frame may still be made of it in the next turns of the event loop.
	rings.lapse();
	expect(all.some(isWiped)).toBe(false);
	rings.lapse();
	expect(all.map(isWiped)).toEqual(all.map((_, n) => n === 0));
});

test('of a room that ended nothing is remembered, and nobody is listened to for it', () => {
	const { rings, bus } = newRings();
	const one = envelope(1);
	rings.keep('room', one);
	bus.publish('room', { kind: 'gone', reason: 'purged' });
	expect(rings.envelopes('room')).toEqual([]);
	rings.lapse();
	expect(isWiped(one)).toBe(false);
	rings.lapse();
	expect(isWiped(one)).toBe(true);
	rings.keep('room', envelope(1));
	expect(rings.envelopes('room')).toHaveLength(1);
});
