/** The statements on the `rooms` table. The database's clock decides what has ended; every read carries it. */
import type { Database } from '../db/client.ts';
import { sealedSize } from '../keyring/seal.ts';

/** A room that has not ended. Times: unix ms; `ageMs` and `expiresInMs` by the database's clock. */
export type RoomRow = {
	readonly id: bigint;
	readonly day: number;
	readonly epoch: number;
	readonly slot: number;
	readonly byte0: number;
	readonly sealed: Uint8Array;
	readonly card: Uint8Array;
	readonly people: number;
	readonly plan: number;
	readonly cap: number | null;
	readonly used: number;
	readonly nextSeq: number;
	readonly createdAt: number;
	readonly expiresAt: number;
	readonly ageMs: number;
	readonly expiresInMs: number;
};

/** `expiresAt`: whole unix seconds. */
export type NewRoom = Pick<
	RoomRow,
	'day' | 'epoch' | 'slot' | 'byte0' | 'sealed' | 'card' | 'people' | 'plan' | 'cap' | 'expiresAt'
> & {
	readonly ref: Uint8Array;
	readonly emptyPolicy: number;
};

export type EndedRoom = Pick<RoomRow, 'id' | 'day' | 'epoch' | 'slot'> & { readonly ref: Uint8Array };

/** Whole unix seconds by the database's clock. */
export async function databaseSeconds({ sql }: Database): Promise<number> {
	const [row] = await sql<{ seconds: number }[]>`select floor(extract(epoch from clock_timestamp()))::float8 as seconds`;
	if (row === undefined) throw new Error('rooms: the database told no time');
	return row.seconds;
}

/** `null` for unknown, ended and purged rooms alike. */
export async function findRoom({ sql }: Database, ref: Uint8Array): Promise<RoomRow | null> {
	const [row] = await sql<RoomRow[]>`
		select id, day, epoch, slot, byte0, sealed, card, people, plan, cap, used, next_seq as "nextSeq",
			(extract(epoch from created_at) * 1000)::float8 as "createdAt",
			(extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
			(extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as "ageMs",
			(extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "expiresInMs"
		from rooms where ref = ${ref} and expires_at > clock_timestamp()`;
	return row ?? null;
}

/** `null` when there is a row of this name already. */
export async function insertRoom({ sql }: Database, room: NewRoom): Promise<{ readonly expiresInMs: number } | null> {
	const { ref, epoch, day, byte0, slot, sealed, expiresAt, cap, plan, people, emptyPolicy, card } = room;
	const [row] = await sql<{ expiresInMs: number }[]>`
		insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, cap, plan, people, empty_policy, card)
		values (${ref}, ${epoch}, ${day}, ${byte0}, ${slot}, ${sealed}, clock_timestamp(), to_timestamp(${expiresAt}),
			${cap}, ${plan}, ${people}, ${emptyPolicy}, ${card})
		on conflict (ref) do nothing
		returning (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "expiresInMs"`;
	return row ?? null;
}

/** The room first: its row's lock waits for posts under way, and none comes after it. Doing it twice does no harm. */
export async function deleteRoom({ sql }: Database, { id, day }: Pick<RoomRow, 'id' | 'day'>): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`delete from rooms where id = ${id}`;
		await tx`delete from envelopes where day = ${day} and room = ${id}`;
	});
}

/** Ended from now on, and nothing in the row that any key could open. Doing it twice does no harm. */
export async function markEnded({ sql }: Database, { id }: Pick<RoomRow, 'id'>): Promise<void> {
	const nothing = new Uint8Array(sealedSize);
	await sql`
		update rooms set expires_at = least(expires_at, clock_timestamp()), sealed = ${nothing}
		where id = ${id} and sealed <> ${nothing}`;
}

/** Rooms whose end has passed, in the order of their ids, from the one behind `after` on. */
export function endedRooms(
	{ sql }: Database,
	{ after, limit }: { readonly after: bigint; readonly limit: number }
): Promise<readonly EndedRoom[]> {
	return sql<EndedRoom[]>`
		select id, ref, day, epoch, slot from rooms
		where expires_at <= clock_timestamp() and id > ${after} order by id limit ${limit}`;
}
