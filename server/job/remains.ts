/** Deletes the envelopes of rooms that have ended, little by little: posts into other rooms go before. */
import { setTimeout as delay } from 'node:timers/promises';
import { arrayOf } from '../db/arrays.ts';
import type { Database, Statements } from '../db/client.ts';
import type { Report, Task, TaskPorts } from './task.ts';
import { countedBacklog } from '../rooms/rows.ts';

type Remains = { readonly room: bigint; readonly day: number; readonly table: boolean };
type Options = { readonly stopping?: AbortSignal };

/** Rooms looked at in one transaction, and envelopes deleted of each day among them. */
const batchRooms = 50;
const batchRows = 1_000;

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

type Batch = { readonly done: number; readonly found: number };

function deleteBatch({ sql }: Database): Promise<Batch> {
	return sql.begin(async (tx) => {
		// What a crash brings back is found again, so nobody waits for the disk.
		await tx`set local synchronous_commit = off`;
		// In the order of the index: another one would have all that is left read and sorted for each batch.
		const claimed = await tx<Remains[]>`
			select room, day, to_regclass('envelopes_' || day) is not null as table from remains
			order by room limit ${batchRooms} for update skip locked`;
		let done = 0;
		for (const [day, rooms] of Map.groupBy(claimed, (each) => each.day)) {
			const ids = arrayOf(rooms.map(({ room }) => room));
			// A day that somebody dropped by hand has nothing left.
			done += rooms[0]?.table === true ? await deleteRows(tx, day, ids) : await forget(tx, day, ids);
		}
		return { done, found: claimed.length };
	});
}

/** Resolves to how many rooms have nothing left. Asked anew, since a row that burned meanwhile escapes the first statement. */
async function deleteRows(sql: Statements, day: number, ids: string): Promise<number> {
	const table = sql(`envelopes_${day}`);
	await sql`
		delete from ${table} where ctid = any (array(
			select ctid from ${table} where day = ${day} and room = any (${ids}::bigint[]) limit ${batchRows}
		))`;
	const { count } = await sql`
		delete from remains where day = ${day} and room = any (${ids}::bigint[])
			and not exists (select from ${table} as e where e.day = ${day} and e.room = remains.room)`;
	return count;
}

async function forget(sql: Statements, day: number, ids: string): Promise<number> {
	const { count } = await sql`delete from remains where day = ${day} and room = any (${ids}::bigint[])`;
	return count;
}
