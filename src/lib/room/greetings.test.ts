import type { Bytes } from '#protocol/bytes';
import { toHex } from '#protocol/bytes';
import { beforeEach, describe, expect, test } from 'vitest';
import { Greetings } from './greetings.ts';
import type { HeardHello } from './hello.ts';

/** What is to be done later, done when the test says so: by its delay, in the order of planning. */
let planned: { readonly at: number; readonly run: () => void }[];
let now: number;
let said: string[];
let answered: string[];
let others: string[];
let nonces: number;
let connected: number;
let greetings: Greetings;

const theirs = new Uint8Array(16).fill(0xbb);
const hello = (change: Partial<HeardHello> = {}): HeardHello => ({
	...{ fp: 'bo', joinNonce: theirs, isNewcomer: false, isStranger: false, reads: false, seen: [] },
	...change
});

beforeEach(() => {
	[planned, now, said, answered, others, nonces, connected] = [[], 0, [], [], [], 0, 1];
	greetings = new Greetings({
		hello: (nonce: Bytes) => said.push(toHex(nonce)),
		answer: (nonce: Bytes) => answered.push(toHex(nonce)),
		others: () => others,
		nonce: () => new Uint8Array(16).fill(++nonces),
		count: () => connected,
		draw: (below) => below - 1,
		later: (run, ms) => planned.push({ at: now + ms, run }),
		now: () => now
	});
});

function pass(ms: number): void {
	const until = now + ms;
	for (;;) {
		const next = planned.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
		if (next === undefined) break;
		planned = planned.filter((each) => each !== next);
		now = next.at;
		next.run();
	}
	now = until;
}

const nonce = (n: number): Bytes => new Uint8Array(16).fill(n);

describe('who says hello in a room whose messages are sealed for their readers', () => {
	test('whoever comes does so at once; every hello is answered, within half a second', () => {
		greetings.arrived();
		expect(said).toEqual([toHex(nonce(1))]);
		greetings.heard(hello({ reads: true }));
		expect(answered).toEqual([]);
		pass(500);
		expect(answered).toEqual([toHex(theirs)]);
	});

	test('a newcomer whom one can’t write to is greeted, once for all who come together', () => {
		greetings.arrived();
		greetings.heard(hello({ isNewcomer: true }));
		greetings.heard(hello({ fp: 'cy', isNewcomer: true }));
		pass(500);
		expect(said).toHaveLength(2);
		expect(answered).toHaveLength(2);
	});

	test('in a room of sixteen one hello is for all who come within two seconds', () => {
		connected = 16;
		greetings.arrived();
		greetings.heard(hello({ isNewcomer: true }));
		pass(1998);
		greetings.heard(hello({ fp: 'cy', isNewcomer: true }));
		expect(said).toHaveLength(1);
		pass(1);
		expect(said).toHaveLength(2);
	});

	test('while an answer is on its way nobody is greeted again', () => {
		greetings.arrived();
		greetings.heard(hello());
		pass(500);
		expect(said).toHaveLength(1);
	});

	/** Whether what is written now waits no longer. */
	async function isSettled(): Promise<boolean> {
		const no = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
		return Promise.race([greetings.settled().then(() => true), no]);
	}

	test('what is written waits for who has just come, but no longer than two seconds', async () => {
		greetings.arrived();
		expect(await isSettled()).toBe(true);
		greetings.heard(hello({ isNewcomer: true }));
		pass(500);
		expect(await isSettled()).toBe(false);
		greetings.answered('bo', nonce(2));
		expect(await isSettled()).toBe(true);
		greetings.heard(hello({ fp: 'cy', isNewcomer: true }));
		pass(1999);
		expect(await isSettled()).toBe(false);
		pass(1);
		expect(await isSettled()).toBe(true);
	});

	test('what is written on coming in waits until all have answered, but no longer than two seconds', async () => {
		connected = 3;
		greetings.arrived();
		greetings.answered('bo', nonce(1));
		expect(await isSettled()).toBe(false);
		greetings.answered('cy', nonce(1));
		expect(await isSettled()).toBe(true);
		greetings.arrived();
		pass(1999);
		expect(await isSettled()).toBe(false);
		pass(1);
		expect(await isSettled()).toBe(true);
	});

	test('who has answered, and comes with another key, is greeted again', () => {
		greetings.arrived();
		greetings.answered('bo', nonce(1));
		greetings.heard(hello());
		pass(500);
		expect(said).toHaveLength(2);
	});

	test('who reads what we write needs no hello: two clients never greet each other for ever', () => {
		greetings.arrived();
		greetings.answered('bo', nonce(1));
		for (let n = 0; n < 10; n++) greetings.heard(hello({ reads: true, isNewcomer: true }));
		pass(5000);
		expect(said).toHaveLength(1);
		expect(answered).toHaveLength(10);
	});

	test('an answer that never comes is asked for twice more, and one to another’s hello counts for nothing', () => {
		others = ['bo'];
		greetings.arrived();
		greetings.answered('bo', theirs);
		pass(60_000);
		expect(said).toHaveLength(3);
	});

	test('when all have answered nothing more is asked', () => {
		others = ['bo', 'cy'];
		greetings.arrived();
		greetings.answered('bo', nonce(1));
		greetings.answered('cy', nonce(1));
		pass(60_000);
		expect(said).toHaveLength(1);
	});

	test('an answer to the hello before counts no more once there is a new one', () => {
		others = ['bo'];
		greetings.arrived();
		greetings.renew();
		greetings.answered('bo', nonce(1));
		pass(9999);
		expect(said).toHaveLength(2);
		pass(1);
		expect(said).toHaveLength(3);
	});
});
