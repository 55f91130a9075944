import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createChallenge } from './challenge.ts';

test('a challenge is taken once', () => {
	const challenge = createChallenge(randomBytes, 0);
	expect(challenge.bytes).toHaveLength(32);
	expect(challenge.take(59_999)).toBe(challenge.bytes);
	expect(challenge.take(59_999)).toBeNull();
});

test('a challenge is no good after 60 seconds', () => {
	expect(createChallenge(randomBytes, 0).take(60_000)).toBeNull();
});
