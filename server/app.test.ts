import { expect, test } from 'vitest';
import { useServer } from './testing-suite.ts';
import { codeIn, join, makeEnvelope, openRoom, text } from './testing-people.ts';

const suite = useServer();

test('a message reaches everybody in the room, and its sender like everybody else', async () => {
	const room = await openRoom(suite.server);
	const [alice, bob] = [await join(suite.server, room), await join(suite.server, room)];
	const [hers, his] = [alice.follow(), bob.follow({ after: 0 })];
	await hers.until(({ events }) => events.length > 0);
	await his.until(({ events }) => events.length > 0);
	const env = text(makeEnvelope());
	const posted = await alice.run('post', { env });
	expect(codeIn(posted)).toBeUndefined();
	expect(posted.data.postEnvelope).toEqual({ seq: 1, t: expect.any(Number), status: 'STORED' });
	for (const following of [hers, his]) {
		await following.until(({ seqs }) => seqs.length === 1);
		expect(following.events.at(-1)).toEqual({
			__typename: 'Envelope',
			seq: 1,
			t: expect.any(Number),
			env,
			tag: expect.any(String),
			burnAt: null
		});
	}
	const { data } = await bob.run('history');
	expect(data.history).toEqual({ rows: [{ seq: 1, t: expect.any(Number), env, burnAt: null }], headSeq: 1 });
});
