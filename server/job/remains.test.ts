import { afterEach, beforeEach, expect, test } from 'vitest';
import { endExpiredRooms } from '../rooms/end.ts';
import type { House } from '../rooms/testing.ts';
import { openHouse } from '../rooms/testing.ts';
import { deleteRemains } from './remains.ts';
import { anotherProcess, openMany, rowsIn } from './testing.ts';

let house: House;
beforeEach(async () => {
	house = await openHouse();
});
afterEach(() => house.stop());

test('the envelopes of rooms that ended go, in batches, also those of a room with more than a batch; others stay', async () => {
	await openMany(house, { count: 3, envelopes: 1_200 });
	await openMany(house, { count: 60, envelopes: 5 });
	await openMany(house, { count: 2, envelopes: 4, over: false });
	await endExpiredRooms(house.ports);
	expect(await deleteRemains(house.ports.db)).toEqual({ done: 63, backlog: 0 });
	expect(await rowsIn(house, 'remains')).toBe(0);
	expect(await rowsIn(house, 'envelopes')).toBe(8);
});

test('two processes that race over what 300 rooms left delete each once', async () => {
	await openMany(house, { count: 300, envelopes: 3 });
	await endExpiredRooms(house.ports);
	const other = await anotherProcess(house);
	const reports = await Promise.all([house, other].map(({ ports }) => deleteRemains(ports.db)));
	expect(reports.reduce((sum, { done }) => sum + done, 0)).toBe(300);
	expect(await rowsIn(house, 'envelopes')).toBe(0);
	await other.stop();
});

test('what a process had begun to delete when it was killed is deleted by the next', async () => {
	await openMany(house, { count: 10, envelopes: 3 });
	await endExpiredRooms(house.ports);
	const dying = await house.ports.db.sql.reserve();
	await dying`begin`;
	await dying`select from remains order by room limit 4 for update`;
	await dying`delete from envelopes where room in (select room from remains order by room limit 4)`;
	expect(await deleteRemains(house.ports.db)).toEqual({ done: 6, backlog: 4 });
	await dying`rollback`;
	dying.release();
	expect(await deleteRemains(house.ports.db)).toEqual({ done: 4, backlog: 0 });
	expect(await rowsIn(house, 'envelopes')).toBe(0);
});

test('a message that burns while its room is being deleted goes with the others', async () => {
	await openMany(house, { count: 1, envelopes: 3 });
	await endExpiredRooms(house.ports);
	const burning = await house.ports.db.sql.reserve();
	await burning`begin`;
	await burning`update envelopes set env = null where seq = 2`;
	const deleted = deleteRemains(house.ports.db);
	await expect
		.poll(
			() => house.ports.db.sql`
				select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
		)
		.toHaveLength(1);
	await burning`commit`;
	burning.release();
	expect(await deleted).toEqual({ done: 1, backlog: 0 });
	expect(await rowsIn(house, 'envelopes')).toBe(0);
});

test('a day that somebody dropped by hand leaves nothing to delete, and keeps no other from being deleted', async () => {
	await openMany(house, { count: 4, envelopes: 3 });
	await endExpiredRooms(house.ports);
	await house.ports.db.sql`insert into remains (room, day) values (-1, 1)`;
	expect(await deleteRemains(house.ports.db)).toEqual({ done: 5, backlog: 0 });
});
