import { expect, test } from 'vitest';
import { createGuesses } from './guesses.ts';

const minute = 60_000;
const hour = 60 * minute;

function start() {
	let at = 1_800_000_000_000;
	const guesses = createGuesses({ now: () => at });
	const fail = (times: number) => {
		for (let i = 0; i < times; i++) guesses.fail('room');
	};
	return { gate: () => guesses.gate('room'), fail, guesses, advance: (ms: number) => (at += ms) };
}

test('four wrong proofs in ten minutes change nothing, the fifth asks for work', () => {
	const { gate, fail } = start();
	fail(4);
	expect(gate()).toBe('open');
	fail(1);
	expect(gate()).toBe('work');
});

test('work is asked for until fewer than five wrong proofs lie within ten minutes', () => {
	const { gate, fail, advance } = start();
	fail(1);
	advance(5 * minute);
	fail(4);
	expect(gate()).toBe('work');
	advance(5 * minute - 1);
	expect(gate()).toBe('work');
	advance(1);
	expect(gate()).toBe('open');
});

test('slow guessing counts as well: the hundredth wrong proof locks the room for an hour', () => {
	const { gate, fail, advance } = start();
	for (let i = 0; i < 99; i++) {
		fail(1);
		advance(10 * minute);
	}
	expect(gate()).toBe('open');
	fail(1);
	expect(gate()).toBe('locked');
	advance(hour - 1);
	expect(gate()).toBe('locked');
	advance(1);
	expect(gate()).not.toBe('locked');
});

test('after the lock ten wrong proofs an hour are let through', () => {
	const { gate, fail, advance } = start();
	fail(100);
	advance(hour);
	for (let round = 0; round < 3; round++) {
		fail(9);
		expect(gate()).toBe('work');
		fail(1);
		expect(gate()).toBe('locked');
		advance(hour - 1);
		expect(gate()).toBe('locked');
		advance(1);
		expect(gate()).not.toBe('locked');
	}
});

test('ten guesses spread over an hour lock for the rest of that hour only', () => {
	const { gate, fail, advance } = start();
	fail(100);
	advance(hour);
	for (let i = 0; i < 10; i++) {
		expect(gate()).not.toBe('locked');
		fail(1);
		advance(5 * minute);
	}
	expect(gate()).toBe('locked');
	advance(10 * minute);
	expect(gate()).not.toBe('locked');
});

test('an unlock forgets everything', () => {
	const { gate, fail, guesses } = start();
	fail(100);
	guesses.forget('room');
	expect(gate()).toBe('open');
	fail(4);
	expect(gate()).toBe('open');
});

test('guesses at one room do not slow another', () => {
	const { fail, guesses } = start();
	fail(100);
	expect(guesses.gate('another')).toBe('open');
});
