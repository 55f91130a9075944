/** Deletes the envelopes of rooms that have ended, little by little: posts into other rooms go before. */
import { setTimeout as delay } from 'node:timers/promises';
import { arrayOf } from '../db/arrays.ts';
import type { Database, Statements } from '../db/client.ts';
import type { Report, Task, TaskPorts } from './task.ts';
import { countedBacklog } from './task.ts';

type Remains = { readonly room: bigint; readonly day: number; readonly table: boolean };
type Options = { readonly stopping?: AbortSignal };

/** Rooms looked at, and envelopes deleted, in one transaction. */
const batchRooms = 20;
const batchRows = 500;

export function remainsTask({ db }: TaskPorts): Task {
	return { name: 'remains', every: 'second', run: (stopping) => deleteRemains(db, { stopping }) };
}

/** `done`: rooms of which nothing is left. */
export async function deleteRemains(db: Database, { stopping }: Options = {}): Promise<Report> {
	let done = 0;
	let backlog = await countRemains(db);
	let found = backlog;
	while (found > 0 && stopping?.aborted !== true) {
		const startedAt = performance.now();
		const batch = await deleteBatch(db);
		done += batch.done;
		found = batch.found;
		// Half of the time belongs to whoever else needs the disk.
		if (found > 0) await delay(performance.now() - startedAt);
	}
	if (done > 0) backlog = await countRemains(db);
	return { done, backlog };
}

async function countRemains({ sql }: Database): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(*)::int as count from (select from remains limit ${countedBacklog}) as left_over`;
	return row?.count ?? 0;
}

async function deleteBatch({ sql }: Database): Promise<{ readonly done: number; readonly found: number }> {
	return sql.begin(async (tx) => {
		// What a crash brings back is found again, so nobody waits for the disk.
		await tx`set local synchronous_commit = off`;
		const claimed = await tx<Remains[]>`
			select room, day, to_regclass('envelopes_' || day) is not null as table from remains
			order by day, room limit ${batchRooms} for update skip locked`;
		let rows = 0;
		// A day that somebody dropped by hand has nothing left.
		for (const [day, rooms] of Map.groupBy(
			claimed.filter(({ table }) => table),
			(each) => each.day
		)) {
			rows += await deleteRows(tx, day, rooms, batchRows - rows);
		}
		if (rows === batchRows) return { done: 0, found: claimed.length };
		const { count } = await tx`delete from remains where room = any (${arrayOf(claimed.map(({ room }) => room))}::bigint[])`;
		return { done: count, found: claimed.length };
	});
}

/** Resolves to how many there were, `limit` at the most. */
async function deleteRows(sql: Statements, day: number, rooms: readonly Remains[], limit: number): Promise<number> {
	if (limit === 0) return 0;
	const table = sql(`envelopes_${day}`);
	const { count } = await sql`
		delete from ${table} where ctid = any (array(
			select ctid from ${table} where day = ${day} and room = any (${arrayOf(rooms.map(({ room }) => room))}::bigint[]) limit ${limit}
		))`;
	return count;
}
