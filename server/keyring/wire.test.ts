import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat } from '#protocol/bytes';
import { answerSize, formatAnswer, formatRequest, parseAnswer, parseRequest, requestSize, splitFrames } from './wire.ts';
import type { Answer, Call } from './wire.ts';

const ref = new Uint8Array(randomBytes(16));
const keys = { epochKey: new Uint8Array(randomBytes(32)), slotKey: new Uint8Array(randomBytes(32)) };
const calls: Call[] = [
	{ call: 'create', epochHour: 497_000, ref },
	{ call: 'read', epochHour: 0, slot: 2 ** 32 - 1, ref },
	{ call: 'wipe', epochHour: Number.MAX_SAFE_INTEGER, slot: 0, ref }
];
const answers: Answer[] = [{ kind: 'slot', slot: 7 }, { kind: 'keys', keys }, { kind: 'nothing' }, { kind: 'failed' }];

test('calls and answers of all kinds come through, each in a frame of its one size', () => {
	for (const call of calls) {
		const frame = formatRequest(2 ** 32 - 1, call);
		expect(frame).toHaveLength(requestSize);
		expect(parseRequest(frame)).toEqual({ id: 2 ** 32 - 1, call });
	}
	for (const answer of answers) {
		const frame = formatAnswer(5, answer);
		expect(frame).toHaveLength(answerSize);
		expect(parseAnswer(frame)).toEqual({ id: 5, answer });
	}
});

test('an answer without keys has none of another in it', () => {
	expect(formatAnswer(0, { kind: 'nothing' }).filter((byte) => byte !== 0)).toEqual(Uint8Array.of(1));
});

test('frames of another size, calls and answers that do not exist, and hours that no number holds are refused', () => {
	const request = formatRequest(1, { call: 'read', epochHour: 1, slot: 1, ref });
	expect(() => parseRequest(request.subarray(1))).toThrow('expected a frame of 33 bytes, got 32');
	expect(() => parseRequest(request.slice().fill(3, 0, 1))).toThrow('expected a call');
	expect(() => parseRequest(request.slice().fill(255, 5, 13))).toThrow('expected a call');
	expect(() => parseAnswer(new Uint8Array(answerSize + 1))).toThrow('expected a frame of 73 bytes, got 74');
	expect(() => parseAnswer(new Uint8Array(answerSize).fill(4))).toThrow('expected an answer');
	expect(() => formatRequest(1, { call: 'create', epochHour: 1, ref: ref.subarray(1) })).toThrow(
		'expected 16 bytes of ref, got 15'
	);
});

test('frames come out whole wherever the stream is cut, and nothing of them stays in its chunks', () => {
	const stream = concat(...calls.map((call, id) => formatRequest(id, call)));
	for (let size = 1; size <= stream.length; size++) {
		const found: unknown[] = [];
		const take = splitFrames(requestSize, (frame) => found.push(parseRequest(frame)));
		for (let at = 0; at < stream.length; at += size) {
			const chunk = stream.slice(at, at + size);
			take(chunk);
			expect(chunk.every((byte) => byte === 0)).toBe(true);
		}
		expect(found, `cut every ${size} bytes`).toEqual(calls.map((call, id) => ({ id, call })));
	}
});
