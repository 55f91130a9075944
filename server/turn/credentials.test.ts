import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCredentials } from './credentials.ts';

const turn = { urls: ['turn:turn.example:3478'], secret: 'a secret of sixteen letters' };
const now = 1_800_000_000_000;
const name = Uint8Array.from({ length: 8 }, (_, i) => i);

test('good for twenty minutes, or until the room ends, and made as coturn checks them', () => {
	const long = makeCredentials(turn, { now, roomEndsAt: now + 86_400_000, name });
	expect(long.username).toBe('1800001200:0001020304050607');
	expect(long.credential).toBe(createHmac('sha1', turn.secret).update(long.username).digest('base64'));
	expect(long.urls).toEqual(turn.urls);
	expect(makeCredentials(turn, { now, roomEndsAt: now + 61_500, name }).username).toBe('1800000061:0001020304050607');
});
