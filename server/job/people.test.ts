import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import type { RoomEvent } from '../fanout/bus.ts';
import { refOf } from '../keyring/ref.ts';
import { endExpiredRooms, purgeRoom } from '../rooms/end.ts';
import { unlockJoins } from '../rooms/leave.ts';
import type { House, NewRoom } from '../rooms/testing.ts';
import { join, openHouse } from '../rooms/testing.ts';
import { createLog } from '../log.ts';
import { createJob } from './job.ts';
import { dismissOver } from './people.ts';
import { createTasks } from './tasks.ts';
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

test('nobody is told that a room is gone before its key is, in a second in which all tasks have their turn', async () => {
	const room = await openRoom(here);
	const { session } = await join(here, room);
	const happened: string[] = [];
	const { keyring } = here.ports;
	const { promise: askedTwice, resolve: askAgain } = Promise.withResolvers<null>();
	let asked = 0;
	/** A slow disk: nothing is wiped before each task that tells people has asked for it, or has come to its end without. */
	const wipe = async (epoch: number, slot: number, ref: Uint8Array) => {
		if (++asked === 2) askAgain(null);
		await Promise.race([askedTwice, job.turn('people')]);
		await keyring.wipe(epoch, slot, ref);
		happened.push('key gone');
	};
	const ports = { ...here.ports, keyring: { ...keyring, wipe } };
	ports.bus.subscribe(session.room.ref, ({ kind }) => happened.push(kind));
	const tasks = createTasks(ports).filter(({ every }) => every === 'second');
	const lines: string[] = [];
	const job = createJob({ log: createLog((line) => lines.push(line), Date.now), metrics: ports.metrics }, tasks);
	await passTime(here, room);
	await Promise.all(tasks.map(({ name }) => job.turn(name)));
	await job.stop();
	expect(happened[0]).toBe('key gone');
	expect(happened).toContain('gone');
	expect(session.ended).toBe(true);
	expect(lines.join()).not.toContain('error');
});

test('who is in a room whose key can not be destroyed stays there until it can; the others are told, and the job hears of it', async () => {
	const rooms = [await openRoom(here), await openRoom(here)];
	const sessions = await Promise.all(rooms.map(async (room) => (await join(here, room)).session));
	const { keyring } = here.ports;
	const wipe = async (epoch: number, slot: number, ref: Uint8Array) => {
		if (slot === sessions[0]?.room.slot) throw new Error('test: the disk is full');
		await keyring.wipe(epoch, slot, ref);
	};
	for (const room of rooms) await passTime(here, room);
	await expect(dismissOver({ ...here.ports, keyring: { ...keyring, wipe } })).rejects.toThrow('the disk is full');
	expect(sessions.map(({ ended }) => ended)).toEqual([false, true]);
	expect(await dismissOver(here.ports)).toEqual({ done: 1, backlog: 0 });
	expect(sessions.map(({ ended }) => ended)).toEqual([true, true]);
});
