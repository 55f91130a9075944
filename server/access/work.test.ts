import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex, u64 } from '#protocol/bytes';
import { leadingZeroBits } from '#protocol/work';
import { createWork, workHash } from './work.ts';
import type { Task } from './work.ts';
import vectors from '../../src/lib/crypto/vectors/epr1.json' with { type: 'json' };

const w1 = vectors.vectors.find((vector) => vector.id === 'W1-pow');
const wrong = new Uint8Array(8);
const join = (bits: number): Task => ({ purpose: 'join', bits });

function clock() {
	let at = 1_800_000_000_000;
	return { now: () => at, advance: (ms: number) => (at += ms) };
}

function makeWork(now: () => number, key: Uint8Array = randomBytes(32)) {
	return createWork({ key, now, randomBytes });
}

test('the hash of vector W1 comes out, with its six leading zero bits', async () => {
	const hash = await workHash(fromHex(w1?.challenge ?? ''), u64(w1?.nonce ?? 0));
	expect(toHex(hash)).toBe(w1?.hash);
	expect(leadingZeroBits(hash)).toBe(6);
});

test.each([
	['80', 0],
	['01', 7],
	['0080', 8],
	['0001', 15],
	['0000', 16]
])('%s begins with %i zero bits', (hash, bits) => {
	expect(leadingZeroBits(fromHex(hash))).toBe(bits);
});

test('work below the difficulty is refused, at the difficulty it is taken', async () => {
	const work = makeWork(Date.now);
	await work.verify({ challenge: work.challenge(join(0)), nonce: wrong }, join(0));
	await expect(work.verify({ challenge: work.challenge(join(30)), nonce: wrong }, join(0))).rejects.toThrow('POW_INVALID');
});

test('work for an easier challenge than is asked for now is refused', async () => {
	const work = makeWork(Date.now);
	await expect(work.verify({ challenge: work.challenge(join(0)), nonce: wrong }, join(1))).rejects.toThrow('POW_INVALID');
});

test('work for one purpose is refused for the other', async () => {
	const work = makeWork(Date.now);
	const tokens: Task = { purpose: 'tokens', bits: 0 };
	await work.verify({ challenge: work.challenge(tokens), nonce: wrong }, tokens);
	await expect(work.verify({ challenge: work.challenge(join(0)), nonce: wrong }, tokens)).rejects.toThrow('POW_INVALID');
	await expect(work.verify({ challenge: work.challenge(tokens), nonce: wrong }, join(0))).rejects.toThrow('POW_INVALID');
});

test('a challenge is good once, even when the work was wrong', async () => {
	const work = makeWork(Date.now);
	const challenge = work.challenge(join(30));
	await expect(work.verify({ challenge, nonce: wrong }, join(0))).rejects.toThrow('POW_INVALID');
	await expect(work.verify({ challenge, nonce: wrong }, join(0))).rejects.toThrow('POW_INVALID');
});

test('two tries with one challenge at once: one is looked at', async () => {
	const work = makeWork(Date.now);
	const challenge = work.challenge(join(0));
	const tries = [1, 2].map(() => work.verify({ challenge, nonce: wrong }, join(0)));
	expect((await Promise.allSettled(tries)).map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
});

test('a challenge is good for ten minutes', async () => {
	const time = clock();
	const work = makeWork(time.now);
	const [young, old] = [work.challenge(join(0)), work.challenge(join(0))];
	time.advance(599_999);
	await work.verify({ challenge: young, nonce: wrong }, join(0));
	time.advance(1);
	await expect(work.verify({ challenge: old, nonce: wrong }, join(0))).rejects.toThrow('POW_INVALID');
});

test('a challenge that this server did not sign, or of another size, is refused', async () => {
	const work = makeWork(Date.now);
	const foreign = makeWork(Date.now).challenge(join(0));
	const altered = work.challenge(join(0));
	altered[0] = 0xff;
	for (const challenge of [foreign, altered, foreign.subarray(1), new Uint8Array()]) {
		await expect(work.verify({ challenge, nonce: wrong }, join(0))).rejects.toThrow('POW_INVALID');
	}
});

test('two are checked at a time, 64 wait, and the next is BUSY with its challenge still good', async () => {
	const work = makeWork(Date.now);
	const challenges = Array.from({ length: 67 }, () => work.challenge(join(0)));
	const results = await Promise.allSettled(challenges.map((challenge) => work.verify({ challenge, nonce: wrong }, join(0))));
	expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(66);
	const refused = results.find((result) => result.status === 'rejected');
	expect(String(refused?.reason)).toBe('Refusal: BUSY');
	await work.verify({ challenge: challenges[66] ?? new Uint8Array(), nonce: wrong }, join(0));
});
