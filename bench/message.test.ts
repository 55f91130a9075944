import { expect, test } from 'vitest';
import { parseHeader, plainEnvelopeSize } from '#protocol/envelope';
import { textFrame } from './client.ts';
import { Ledger, envelopeLetters, fillTemplate, markOf, readMark, readyEnvelope, templateOf } from './message.ts';

function frameOf(sender: number, count: number): { bytes: Buffer; env: Buffer } {
	const template = templateOf(textFrame(`{"id":"p0","env":"${readyEnvelope('content').toString('base64url')}"}`));
	const bytes = fillTemplate(template, sender, count);
	const letters = /"env":"([^"]+)"/.exec(bytes.toString('latin1'))?.[1] ?? '';
	return { bytes, env: Buffer.from(letters, 'base64url') };
}

test('a filled message is an envelope that the server takes', () => {
	const { env } = frameOf(16_777_215, 4_294_967_295);
	expect(env.length).toBe(plainEnvelopeSize);
	expect(parseHeader(env)).toEqual({ kind: 'content', bucket: 'S', slots: false });
	expect(env.toString('base64url')).toHaveLength(envelopeLetters);
});

test('the mark is read back from where the message lies', () => {
	const { bytes } = frameOf(70_000, 80_000);
	expect(readMark(bytes, 0, bytes.length)).toEqual({ sender: 70_000, count: 80_000 });
	expect(readMark(bytes, 0, bytes.length - 100)).toBeNull();
	expect(readMark(Buffer.from('{"id":"room","count":2}'), 0, 23)).toBeNull();
});

test('two messages of one sender have different ids for the server', () => {
	expect(markOf(1, 2)).not.toBe(markOf(1, 3));
	const first = frameOf(1, 2).env.subarray(4, 20);
	expect(first.subarray(2, 9)).toEqual(Buffer.from([0, 0, 1, 0, 0, 0, 2]));
});

const taken = (...counts: number[]) => {
	const ledger = new Ledger();
	for (const count of counts) ledger.take(7, count);
	return { lost: ledger.lost(new Map([[7, 4]])), doubled: ledger.doubled };
};

test('a reader who got everything once and in order lost nothing', () => {
	expect(taken(1, 2, 3, 4)).toEqual({ lost: 0, doubled: 0 });
});

test('a gap, a missing end and a message that never came are lost', () => {
	expect(taken(1, 3, 4)).toEqual({ lost: 1, doubled: 0 });
	expect(taken(1, 2)).toEqual({ lost: 2, doubled: 0 });
	expect(taken()).toEqual({ lost: 4, doubled: 0 });
});

test('a message that comes twice is doubled', () => {
	expect(taken(1, 2, 2, 3, 4, 1)).toEqual({ lost: 0, doubled: 2 });
});
