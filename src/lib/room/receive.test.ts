import { describe, expect, it } from 'vitest';
import type { Bytes } from '#protocol/bytes';
import type { Refused } from '../vault/calls.ts';
import { Inbox } from './receive.ts';
import type { Letterbox } from './receive.ts';

const refused: Refused = { ok: false, code: 'AEAD' };

/** An inbox whose vault answers, and whose frames come, when the test says so. */
function makeInbox() {
	const opened: number[][] = [];
	const heard: number[][] = [];
	const answers: (() => void)[] = [];
	const frames: (() => void)[] = [];
	const inbox = new Inbox({
		open: async (envelopes) => {
			opened.push(envelopes.map(([first = 0]) => first));
			await new Promise<void>((resolve) => answers.push(resolve));
			return envelopes.map(() => refused);
		},
		hear: (letters) => heard.push(letters.map(({ row }) => row)),
		beforeFrame: (run) => frames.push(run),
		report: (error) => expect.unreachable(String(error))
	});
	return {
		inbox,
		opened,
		heard,
		frame: () => frames.shift()?.(),
		answer: async () => {
			answers.shift()?.();
			await new Promise((resolve) => setImmediate(resolve));
		},
		settled: () => new Promise((resolve) => setImmediate(resolve))
	};
}

function letter(row: number, connection: string | null = 'c'): Letterbox {
	const env: Bytes = new Uint8Array([row]);
	return { row, t: 0, env, connection, how: 'live' };
}

describe('Inbox', () => {
	it('opens what comes alone at once', async () => {
		const { inbox, opened, heard, answer, settled } = makeInbox();
		inbox.push(letter(1));
		await settled();
		await answer();
		inbox.push(letter(2));
		await settled();
		await answer();
		expect(opened).toEqual([[1], [2]]);
		expect(heard).toEqual([[1], [2]]);
	});

	it('opens what comes meanwhile in one go, before the next frame, and in order', async () => {
		const { inbox, opened, heard, answer, frame, settled } = makeInbox();
		for (const row of [1, 2, 3]) inbox.push(letter(row));
		await settled();
		expect(opened).toEqual([[1]]);
		frame();
		await answer();
		await answer();
		expect(opened).toEqual([[1], [2, 3]]);
		expect(heard).toEqual([[1], [2, 3]]);
	});

	it('waits for the frame with what the server gives again', async () => {
		const { inbox, opened, heard, answer, frame, settled } = makeInbox();
		for (const row of [1, 2, 3]) inbox.push(letter(row, null));
		await settled();
		expect(opened).toEqual([]);
		frame();
		await settled();
		await answer();
		expect(opened).toEqual([[1, 2, 3]]);
		expect(heard).toEqual([[1, 2, 3]]);
	});
});
