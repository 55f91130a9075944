import { expect, test } from 'vitest';
import { ApiFailure } from '../api/failure.ts';
import { purgeRoom } from './leaving.ts';

test('a room is purged even when the word to the others is refused', async () => {
	const done: string[] = [];
	const mail = { say: () => Promise.reject(new ApiFailure('RATE_LIMITED')) };
	const transport = {
		purge: () => {
			done.push('purged');
			return Promise.resolve();
		}
	};
	await purgeRoom(mail, transport);
	expect(done).toEqual(['purged']);
});
