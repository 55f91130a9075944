import { expect, test } from 'vitest';
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';
import { Flush, judge } from './flush.ts';
import type { SealedLetter } from './send.ts';

function letter(text: string): SealedLetter {
	return { id: text, text, time: 0, state: 'sealed', sealed: { envelope: new TextEncoder().encode(text), mid: text } };
}

/** A server that answers by a script: a code refuses, `null` takes it. */
function bench(texts: readonly string[], script: readonly (FailureCode | null)[]) {
	const letters = texts.map(letter);
	const posted: string[] = [];
	const said: string[] = [];
	let up = true;
	let inFlight = 0;
	const answers = [...script];
	const { promise: quiet, resolve } = Promise.withResolvers<undefined>();
	const flush = new Flush({
		head: () => {
			const head = letters[0] ?? null;
			if (head === null) resolve(undefined);
			return head;
		},
		post: async ({ sealed }) => {
			expect(++inFlight).toBe(1);
			posted.push(new TextDecoder().decode(sealed.envelope));
			await Promise.resolve();
			inFlight--;
			const answer = answers.shift() ?? null;
			if (answer !== null) throw new ApiFailure(answer);
			return { seq: posted.length, t: 0, known: false };
		},
		isUp: () => up,
		wait: () => Promise.resolve(),
		sent: (mid) => {
			said.push(`sent ${mid}`);
			letters.shift();
		},
		unanswered: ({ id }) => {
			said.push(`unanswered ${id}`);
			letters.length = 0;
		},
		refused: ({ id }, code) => {
			said.push(`refused ${id} ${code}`);
			letters.shift();
			return Promise.resolve();
		},
		rejoin: () => {
			said.push('rejoin');
			up = false;
			resolve(undefined);
		},
		report: (error) => said.push(String(error))
	});
	return { flush, posted, said, quiet, down: () => (up = false) };
}

test('letters go one after the other, however often it is asked', async () => {
	const { flush, said, quiet } = bench(['a', 'b', 'c'], []);
	flush.run();
	flush.run();
	await quiet;
	expect(said).toEqual(['sent a', 'sent b', 'sent c']);
});

test('being too fast or the server too busy costs no try', async () => {
	const { flush, posted, said, quiet } = bench(['a'], ['RATE_LIMITED', 'BUSY', 'RATE_LIMITED', 'RATE_LIMITED', null]);
	flush.run();
	await quiet;
	expect([posted.length, said]).toEqual([5, ['sent a']]);
});

test('three tries without an answer are enough, and each sent the same bytes', async () => {
	const { flush, posted, said, quiet } = bench(['a'], ['OFFLINE', 'INTERNAL', 'OFFLINE']);
	flush.run();
	await quiet;
	expect(posted).toEqual(['a', 'a', 'a']);
	expect(said).toEqual(['unanswered a']);
});

test('a refusal for good is said with its reason, and the next one goes out', async () => {
	const { flush, said, quiet } = bench(['a', 'b'], ['QUOTA_MESSAGES', null]);
	flush.run();
	await quiet;
	expect(said).toEqual(['refused a QUOTA_MESSAGES', 'sent b']);
});

test('a session that is not known asks for a new connection and keeps the letter', async () => {
	const { flush, said, quiet } = bench(['a'], ['NO_SESSION']);
	flush.run();
	await quiet;
	expect(said).toEqual(['rejoin']);
});

test('without a connection nothing is sent', async () => {
	const { flush, posted, down } = bench(['a'], []);
	down();
	flush.run();
	await Promise.resolve();
	expect(posted).toEqual([]);
});

test('every code has its judgement', () => {
	const codes = [
		'OFFLINE',
		'INTERNAL',
		'RATE_LIMITED',
		'BUSY',
		'NO_SESSION',
		'ROOM_GONE',
		'QUOTA_MESSAGES',
		'ENV_LENGTH',
		'BAD_INPUT'
	] as const;
	expect(codes.map(judge)).toEqual(['again', 'again', 'later', 'later', 'rejoin', 'rejoin', 'refused', 'refused', 'refused']);
});
