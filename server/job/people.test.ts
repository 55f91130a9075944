import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import type { RoomEvent } from '../fanout/bus.ts';
import { refOf } from '../keyring/ref.ts';
import { endExpiredRooms, purgeRoom } from '../rooms/end.ts';
import { unlockJoins } from '../rooms/leave.ts';
import type { House, NewRoom } from '../rooms/testing.ts';
import { join, openHouse } from '../rooms/testing.ts';
import { dismissOver } from './people.ts';
import { anotherProcess, openRoom, passTime } from './testing.ts';

let here: House;
let there: House;
beforeEach(async () => {
	here = await openHouse();
	there = await anotherProcess(here);
});
afterEach(async () => {
	await there.stop();
	await here.stop();
});

/** Events in `there`, whose bus is its own. */
function listenThere(room: NewRoom): RoomEvent[] {
	const events: RoomEvent[] = [];
	there.ports.bus.subscribe(toHex(refOf(there.ports.keyring, room.request.roomId)), (event) => events.push(event));
	return events;
}

test('a room that another process purged is over for the people in this one', async () => {
	const [room, other] = [await openRoom(here), await openRoom(here)];
	const purger = await join(here, room);
	const [member, bystander] = [await join(there, room), await join(there, other)];
	const events = listenThere(room);
	expect(await dismissOver(there.ports)).toEqual({ done: 0, backlog: 0 });
	await purgeRoom(here.ports, purger.socket);
	expect(await dismissOver(there.ports)).toEqual({ done: 1, backlog: 0 });
	expect(events).toEqual([{ kind: 'gone', reason: 'purged' }]);
	expect(() => unlockJoins(there.ports, member.socket)).toThrow('NO_SESSION');
	unlockJoins(there.ports, bystander.socket);
	expect(await dismissOver(there.ports)).toEqual({ done: 0, backlog: 0 });
});

test('a room whose time is over is so here too, whether another process has ended it or nobody yet', async () => {
	for (const endedBefore of [true, false]) {
		const room = await openRoom(here);
		const { sql } = here.ports.db;
		await sql`update rooms set expires_at = clock_timestamp() + interval '1 s' where id = (select max(id) from rooms)`;
		const { session } = await join(there, room);
		const events = listenThere(room);
		await passTime(here, room);
		if (endedBefore) await endExpiredRooms(here.ports);
		await dismissOver(there.ports);
		expect(events).toEqual([{ kind: 'gone', reason: 'ended' }]);
		expect(session.ended).toBe(true);
	}
});
