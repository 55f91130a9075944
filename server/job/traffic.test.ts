import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { concat } from '#protocol/bytes';
import { formatHeader, plainEnvelopeSize } from '#protocol/envelope';
import type { Session } from '../access/session.ts';
import { createPostQueue } from '../envelopes/post.ts';
import { Refusal } from '../errors.ts';
import { endExpiredRooms } from '../rooms/end.ts';
import type { House } from '../rooms/testing.ts';
import { openHouse } from '../rooms/testing.ts';
import { burnDue } from './burns.ts';
import { deleteRemains } from './remains.ts';
import { anotherProcess, openMany, rowsIn } from './testing.ts';

let house: House;
beforeEach(async () => {
	house = await openHouse();
});
afterEach(() => house.stop());

async function sessions(): Promise<readonly Session[]> {
	const rows = await house.ports.db.sql<{ id: bigint; day: number }[]>`select id, day from rooms order by id`;
	return rows.map(({ id, day }) => ({
		id: String(id),
		room: {
			id,
			mode: 'stored',
			endsEmpty: false,
			day,
			ref: String(id),
			createdAt: 0,
			expiresAt: Infinity,
			people: 20,
			epoch: 0,
			slot: 0
		},
		tag: '',
		watch: false,
		ended: false
	}));
}

test('while two processes post into rooms that end and burn, nothing deadlocks and nothing outlives its room', async () => {
	const other = await anotherProcess(house);
	await openMany(house, { count: 40, over: false });
	const people = await sessions();
	const posted = { STORED: 0, gone: 0 };
	let over = false;
	const talk = async ({ ports }: House, order: readonly Session[]): Promise<void> => {
		const posts = createPostQueue({ ...ports, rates: ports.access.rates });
		while (!over) {
			const answers = order.map((session) => {
				const env = concat(formatHeader({ kind: 'content', bucket: 'S', slots: false }), randomBytes(plainEnvelopeSize - 4));
				return posts.post({ session, env, burnSeconds: 10 });
			});
			for (const answer of await Promise.allSettled(answers)) {
				if (answer.status === 'fulfilled') posted.STORED += 1;
				else if (answer.reason instanceof Refusal) posted.gone += 1;
				else throw answer.reason;
			}
		}
	};
	const job = async ({ ports }: House): Promise<void> => {
		while (!over) {
			await endExpiredRooms(ports, { batch: 7 });
			await burnDue(ports, { batch: 11 });
			await deleteRemains(ports.db);
		}
	};
	const working = [talk(house, people), talk(other, people.toReversed()), job(house), job(other)];
	const { sql } = house.ports.db;
	for (const [index, { room }] of people.entries()) {
		if (index % 10 === 0) await sql`update envelopes set burn_at = clock_timestamp() where seq % 3 = 0 and room = ${room.id}`;
		await sql`update rooms set expires_at = clock_timestamp() where id = ${room.id}`;
	}
	const ended = expect.poll(() => rowsIn(house, 'rooms')).toBe(0);
	// All of them come to rest before the database goes, whichever fails first.
	const outcomes = await Promise.allSettled([ended, ...working].map((each) => each.finally(() => (over = true))));
	expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
	await deleteRemains(house.ports.db);
	expect(posted.STORED).toBeGreaterThan(40);
	expect(posted.gone).toBeGreaterThan(0);
	expect([await rowsIn(house, 'envelopes'), await rowsIn(house, 'remains')]).toEqual([0, 0]);
	await other.stop();
});
