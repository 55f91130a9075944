/** Takes the ciphertext of messages whose time has come, and leaves their number and id: docs/PROTOCOL.md §8. */
import { toHex } from '#protocol/bytes';
import { arrayOf } from '../db/arrays.ts';
import type { Database, Statements } from '../db/client.ts';
import type { Report, Task, TaskPorts } from './task.ts';
import { countedBacklog } from '../rooms/rows.ts';

type Ports = Pick<TaskPorts, 'db' | 'bus'>;
type Row = { readonly day: number; readonly room: bigint; readonly seq: number };
type Options = { readonly batch?: number; readonly stopping?: AbortSignal };

const defaultBatch = 250;

export function burnsTask(ports: TaskPorts): Task {
	return { name: 'burns', every: 'second', run: (stopping) => burnDue(ports, { stopping }) };
}

/** In any number of instances at once, each message by one of them. */
export async function burnDue(ports: Ports, { batch = defaultBatch, stopping }: Options = {}): Promise<Report> {
	let done = 0;
	let backlog = await countDue(ports.db);
	let found = backlog > 0 ? batch : 0;
	while (found === batch && stopping?.aborted !== true) {
		found = await burnBatch(ports, batch);
		done += found;
	}
	if (done > 0) backlog = await countDue(ports.db);
	return { done, backlog };
}

async function countDue({ sql }: Database): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(*)::int as count from (
			select from envelopes where burn_at <= statement_timestamp() and env is not null limit ${countedBacklog}
		) as due`;
	return row?.count ?? 0;
}

/** Its readers are told after COMMIT. Resolves to how many burned. */
async function burnBatch({ db, bus }: Ports, limit: number): Promise<number> {
	const { due, refs } = await db.sql.begin(async (sql) => {
		// What a crash brings back is found again, so nobody waits for the disk.
		await sql`set local synchronous_commit = off`;
		const due = await sql<Row[]>`
			select day, room, seq from envelopes where burn_at <= statement_timestamp() and env is not null
			order by burn_at limit ${limit} for update skip locked`;
		for (const [day, rows] of Map.groupBy(due, (row) => row.day)) await takeCiphertext(sql, day, rows);
		return { due, refs: await refsOf(sql, due) };
	});
	for (const { room, seq } of due) {
		const ref = refs.get(room);
		if (ref !== undefined) bus.publish(ref, { kind: 'burned', seq });
	}
	return due.length;
}

async function takeCiphertext(sql: Statements, day: number, rows: readonly Row[]): Promise<void> {
	await sql`
		update ${sql(`envelopes_${day}`)} as e set env = null
		from unnest(${arrayOf(rows.map(({ room }) => room))}::bigint[], ${arrayOf(rows.map(({ seq }) => seq))}::int[]) as due (room, seq)
		where e.day = ${day} and e.room = due.room and e.seq = due.seq`;
}

/** Hex of the keyed names of the rooms that are there. */
async function refsOf(sql: Statements, due: readonly Row[]): Promise<ReadonlyMap<bigint, string>> {
	const rooms = [...new Set(due.map(({ room }) => room))];
	const rows = await sql<
		{ id: bigint; ref: Uint8Array }[]
	>`select id, ref from rooms where id = any (${arrayOf(rooms)}::bigint[])`;
	return new Map(rows.map(({ id, ref }) => [id, toHex(ref)]));
}
