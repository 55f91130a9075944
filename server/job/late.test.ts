import { expect, test } from 'vitest';
import type { TestSocket } from '../testing-people.ts';
import { codeIn, join, makeEnvelope, openRoom, openSocket, postOperation, proofFor, text } from '../testing-people.ts';
import { useServer } from '../testing-suite.ts';

/** A server on which the job never runs. */
const suite = useServer();

/** The newest room has time for a few words. */
async function endSoon(): Promise<void> {
	await suite.server.services.db.sql`
		update rooms set expires_at = clock_timestamp() + interval '4 s' where id = (select max(id) from rooms)`;
}

async function untilOver(): Promise<void> {
	const { sql } = suite.server.services.db;
	await expect
		.poll(() => sql`select from rooms where id = (select max(id) from rooms) and expires_at <= clock_timestamp()`)
		.toHaveLength(1);
}

const post = (socket: TestSocket, kind: 'content' | 'control') => socket.run('post', { env: text(makeEnvelope({ kind })) });

test('from its end on a room gives nothing and takes nothing, whether or not the job runs', async () => {
	const { server } = suite;
	const room = await openRoom(server);
	await endSoon();
	const [inside, silent, reader] = [await join(server, room), await join(server, room), await join(server, room)];
	const following = await reader.follow({ after: 0 }).until(({ events }) => events.length > 0);
	expect((await post(inside, 'content')).errors).toBeUndefined();
	expect((await post(inside, 'control')).errors).toBeUndefined();
	await following.until(({ events }) => events.filter((event) => event.__typename === 'Envelope').length === 2);
	await untilOver();
	for (const kind of ['content', 'control'] as const) expect(codeIn(await post(inside, kind))).toBe('ROOM_GONE');
	expect(codeIn(await inside.run('history'))).toBe('ROOM_GONE');
	expect(codeIn(await inside.run('history', { after: 0 }))).toBe('ROOM_GONE');
	expect(await silent.run('room', { after: 0 })).toEqual({ errors: [expect.objectContaining({ message: 'ROOM_GONE' })] });
	const stranger = await openSocket(server);
	expect(codeIn(await stranger.run('joinRoom', proofFor(server, room, stranger.ack.challenge)))).toBe('ROOM_GONE');
	const watcher = await openSocket(server);
	const watching = { ...proofFor(server, room, watcher.ack.challenge), watch: true };
	expect(codeIn(await watcher.run('joinRoom', watching))).toBe('ROOM_GONE');
	expect(codeIn(await postOperation(server, 'peek', { roomId: text(room.roomId) }))).toBe('ROOM_GONE');
	expect(following.events.filter((event) => event.__typename === 'Envelope')).toHaveLength(2);
});

test('from its time on a message that burns is given to nobody, whether or not the job runs', async () => {
	const { server } = suite;
	const room = await openRoom(server);
	const author = await join(server, room);
	const { data } = await author.run('post', { env: text(makeEnvelope()), burnSeconds: 10 });
	expect(data.postEnvelope.status).toBe('STORED');
	await server.services.db.sql`update envelopes set burn_at = clock_timestamp() where burn_at is not null`;
	expect((await author.run('history')).data.history.rows).toEqual([expect.objectContaining({ seq: 1, env: null })]);
	const following = await author.follow({ after: 0 }).until(({ events }) => events.length > 1);
	expect(following.events[1]).toEqual({ __typename: 'Burned', seq: 1 });
});
