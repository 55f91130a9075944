import { afterEach, beforeEach, expect, test } from 'vitest';
import { endExpiredRooms } from '../rooms/end.ts';
import type { House } from '../rooms/testing.ts';
import { openHouse } from '../rooms/testing.ts';
import { anotherProcess, openMany, openRoom, passTime, rowsIn } from './testing.ts';

let house: House;
beforeEach(async () => {
	house = await openHouse();
});
afterEach(() => house.stop());

async function liveSlots(): Promise<number> {
	let count = 0;
	for await (const slots of house.ports.keyring.live() ?? []) count += slots.length;
	return count;
}

test('two processes that race over 500 rooms end each of them once', async () => {
	await openMany(house, { count: 500 });
	await openMany(house, { count: 20, over: false });
	const other = await anotherProcess(house);
	const ends = await Promise.all([house, other].map(({ ports }) => endExpiredRooms(ports, { batch: 20 })));
	expect(ends.reduce((sum, { done }) => sum + done, 0)).toBe(500);
	expect(await rowsIn(house, 'rooms')).toBe(20);
	expect(await rowsIn(house, 'remains')).toBe(500);
	// Besides the twenty the two rooms after which the others were made.
	expect(await liveSlots()).toBe(22);
	await other.stop();
});

test('a process that is killed between keys and rows leaves its rooms to the next, whose key is then gone already', async () => {
	await openMany(house, { count: 30 });
	const other = await anotherProcess(house);
	const { promise: killed, resolve: kill } = Promise.withResolvers<null>();
	let dead = false;
	const { keyring } = other.ports;
	const dying = {
		...other.ports,
		keyring: {
			...keyring,
			wipe: async (epoch: number, slot: number, ref: Uint8Array) => {
				if (dead) throw new Error('test: the process is dead');
				await keyring.wipe(epoch, slot, ref);
				kill(null);
				await new Promise(() => undefined);
			}
		}
	};
	const unfinished = endExpiredRooms(dying, { batch: 10 }).catch(() => 'cut off');
	await killed;
	expect((await endExpiredRooms(house.ports)).done).toBe(20);
	expect((await endExpiredRooms(house.ports)).backlog).toBe(10);
	dead = true;
	await house.ports.db.sql`select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and state = 'idle in transaction'`;
	await unfinished;
	expect(await endExpiredRooms(house.ports)).toEqual({ done: 10, backlog: 0 });
	expect(await rowsIn(house, 'remains')).toBe(30);
	await other.stop();
});

test('a room in which a post is under way is not waited for, and ends the next time', async () => {
	const [posting, quiet] = [await openRoom(house), await openRoom(house)];
	for (const room of [posting, quiet]) await passTime(house, room);
	const post = await house.ports.db.sql.reserve();
	await post`begin`;
	await post`update rooms set used = used + 1 where id = (select min(id) from rooms)`;
	expect(await endExpiredRooms(house.ports)).toEqual({ done: 1, backlog: 1 });
	await post`commit`;
	post.release();
	expect(await endExpiredRooms(house.ports)).toEqual({ done: 1, backlog: 0 });
});

test('a run that is told to stop returns after its batch and says what is left', async () => {
	await openMany(house, { count: 30 });
	const stopping = new AbortController();
	const { bus } = house.ports;
	const ports = { ...house.ports, bus: { ...bus, publish: () => stopping.abort() } };
	expect(await endExpiredRooms(ports, { batch: 10, stopping: stopping.signal })).toEqual({ done: 10, backlog: 20 });
});
