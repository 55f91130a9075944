import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { concat } from '#protocol/bytes';
import { formatHeader, plainEnvelopeSize } from '#protocol/envelope';
import { readHistory } from '../envelopes/history.ts';
import type { PostQueue } from '../envelopes/post.ts';
import { createPostQueue } from '../envelopes/post.ts';
import type { House, NewRoom } from '../rooms/testing.ts';
import { join, openHouse } from '../rooms/testing.ts';
import { burnDue } from './burns.ts';
import { anotherProcess, openMany, openRoom } from './testing.ts';

let house: House;
let room: NewRoom;
let posts: PostQueue;
beforeEach(async () => {
	house = await openHouse();
	room = await openRoom(house);
	posts = createPostQueue({ ...house.ports, rates: house.ports.access.rates });
});
afterEach(() => house.stop());

const envelope = () => concat(formatHeader({ kind: 'content', bucket: 'S', slots: false }), randomBytes(plainEnvelopeSize - 4));

/** The time of every message that burns has come. */
async function passBurns(): Promise<void> {
	await house.ports.db.sql`update envelopes set burn_at = clock_timestamp() where burn_at is not null`;
}

async function ciphertexts(): Promise<number> {
	const [row] = await house.ports.db.sql<{ count: number }[]>`select count(env)::int as count from envelopes`;
	return row?.count ?? -1;
}

test('a message whose time has come loses its ciphertext, and its room is told; others keep theirs', async () => {
	const { session } = await join(house, room);
	const burning = envelope();
	await posts.post({ session, env: burning, burnSeconds: 10 });
	await posts.post({ session, env: envelope(), burnSeconds: null });
	const events = house.listen(room);
	expect(await burnDue(house.ports)).toEqual({ done: 0, backlog: 0 });
	await passBurns();
	expect(await burnDue(house.ports)).toEqual({ done: 1, backlog: 0 });
	expect(await burnDue(house.ports)).toEqual({ done: 0, backlog: 0 });
	expect(events).toEqual([{ kind: 'burned', seq: 1 }]);
	expect(await ciphertexts()).toBe(1);
	const { rows } = await readHistory(house.ports.db, session.room, { after: 0, before: 9, limit: 9, from: 'oldest' });
	expect(rows.map(({ seq, env }) => [seq, env === null])).toEqual([
		[1, true],
		[2, false]
	]);
});

test('a burned message keeps its number, counts towards the limit, and its retry is a duplicate', async () => {
	const { session } = await join(house, room);
	const burning = envelope();
	const first = await posts.post({ session, env: burning, burnSeconds: 10 });
	await passBurns();
	await burnDue(house.ports);
	expect(await posts.post({ session, env: burning, burnSeconds: 10 })).toEqual({ ...first, status: 'DUP' });
	expect(await ciphertexts()).toBe(0);
	expect((await posts.post({ session, env: envelope(), burnSeconds: null })).seq).toBe(2);
	expect((await join(house, room)).joined).toMatchObject({ used: 2, headSeq: 2 });
});

test('two processes that race over 600 burns do each of them once', async () => {
	await openMany(house, { count: 60, envelopes: 10, over: false });
	await house.ports.db.sql`update envelopes set burn_at = clock_timestamp()`;
	const other = await anotherProcess(house);
	const reports = await Promise.all([house, other].map(({ ports }) => burnDue(ports, { batch: 25 })));
	expect(reports.reduce((sum, { done }) => sum + done, 0)).toBe(600);
	expect(await ciphertexts()).toBe(0);
	await other.stop();
});

test('what a process had begun to burn when it was killed is burned by the next', async () => {
	await openMany(house, { count: 2, envelopes: 5, over: false });
	await house.ports.db.sql`update envelopes set burn_at = clock_timestamp()`;
	const dying = await house.ports.db.sql.reserve();
	await dying`begin`;
	await dying`update envelopes set env = null where seq = 1`;
	expect(await burnDue(house.ports)).toEqual({ done: 8, backlog: 2 });
	await dying`rollback`;
	dying.release();
	expect(await burnDue(house.ports)).toEqual({ done: 2, backlog: 0 });
});
