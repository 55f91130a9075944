/** The statements on the `rooms` table. The database's clock decides what has ended; every read carries it. */
import { arrayOf } from '../db/arrays.ts';
import type { Database, Statements } from '../db/client.ts';
import { isConflict } from '../db/conflict.ts';
import { endWhenEmpty } from '#protocol/live';
import { endsEmptyNow } from './room.ts';
import { planNames } from '#protocol/plans';
import type { PlanName } from '#protocol/plans';

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
	readonly emptyPolicy: number;
	readonly expiresAt: number;
	readonly ageMs: number;
	readonly expiresInMs: number;
};

/** `expiresAt`: whole unix seconds. */
export type NewRoom = Pick<
	RoomRow,
	'day' | 'epoch' | 'slot' | 'byte0' | 'sealed' | 'card' | 'people' | 'plan' | 'cap' | 'expiresAt' | 'emptyPolicy'
> & {
	readonly ref: Uint8Array;
	/** The token that pays for it; `null` where nobody pays. */
	readonly spent: Spent | null;
};

/** A used token: its plan and month, and its 16 bytes in the list. */
export type Spent = { readonly period: number; readonly plan: PlanName; readonly nullifier: Uint8Array };

/** What it takes to end a room. */
export type EndedRoom = Pick<RoomRow, 'id' | 'epoch' | 'slot'> & { readonly ref: Uint8Array };

/** Whole unix seconds by the database's clock. */
export async function databaseSeconds({ sql }: Database): Promise<number> {
	const [row] = await sql<{ seconds: number }[]>`select floor(extract(epoch from clock_timestamp()))::float8 as seconds`;
	if (row === undefined) throw new Error('rooms: the database told no time');
	return row.seconds;
}

/**
 * The database's clock and a timer's are not the same: a room is over this many seconds before it reads its last, for whoever is
 * told of its end and for whoever asks.
 */
const dueAhead = 0.025;

/** `null` for unknown, ended and purged rooms alike. */
export async function findRoom({ sql }: Database, ref: Uint8Array): Promise<RoomRow | null> {
	const [row] = await sql<RoomRow[]>`
		select id, day, epoch, slot, byte0, sealed, card, people, plan, cap, used, next_seq as "nextSeq", empty_policy as "emptyPolicy",
			(extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
			(extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as "ageMs",
			(extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "expiresInMs"
		from rooms where ref = ${ref} and expires_at > clock_timestamp() + make_interval(secs => ${dueAhead})`;
	return row ?? null;
}

/** Why no room comes to be: its name is another row's, or its token was used before. */
export type Obstacle = 'name taken' | 'token spent';
export type Inserted = { readonly expiresInMs: number } | Obstacle;

/** The database's clock in whole unix seconds, and whether a room of this name and token could not come to be as things are. */
export async function lookAhead(
	{ sql }: Database,
	ref: Uint8Array,
	spent: Spent | null
): Promise<{ readonly seconds: number; readonly obstacle: Obstacle | null }> {
	const [row] = await sql<{ seconds: number; obstacle: Obstacle | null }[]>`
		select floor(extract(epoch from clock_timestamp()))::float8 as seconds,
			case when exists (select from rooms where ref = ${ref}) then 'name taken'
				${spent === null ? sql`` : whenSpent(sql, spent)} end as obstacle`;
	if (row === undefined) throw new Error('rooms: the database told no time');
	return row;
}

function whenSpent(sql: Statements, { period, plan, nullifier }: Spent) {
	return sql`when exists (
		select from nullifiers where period = ${period} and type = ${planNames.indexOf(plan)} and n = ${nullifier}
	) then 'token spent'`;
}

/** The room and its token's nullifier, both or neither. */
export async function insertRoom({ sql }: Database, room: NewRoom): Promise<Inserted> {
	const { ref, epoch, day, byte0, slot, sealed, expiresAt, cap, plan, people, emptyPolicy, card, spent } = room;
	try {
		const [row] = await sql<{ expiresInMs: number }[]>`
			with made as (
				insert into rooms (ref, epoch, day, byte0, slot, sealed, created_at, expires_at, cap, plan, people, empty_policy, card)
				values (${ref}, ${epoch}, ${day}, ${byte0}, ${slot}, ${sealed}, clock_timestamp(), to_timestamp(${expiresAt}),
					${cap}, ${plan}, ${people}, ${emptyPolicy}, ${card})
				on conflict (ref) do nothing
				returning (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "expiresInMs"
			) ${spent === null ? sql`` : spend(sql, spent)}
			select "expiresInMs" from made`;
		return row ?? 'name taken';
	} catch (error) {
		if (isConflict(error, 'nullifiers')) return 'token spent';
		throw error;
	}
}

/** Fails the whole statement when the token was used before, and does nothing when no room came to be. */
function spend(sql: Statements, { period, plan, nullifier }: Spent) {
	return sql`, spent as (
		insert into nullifiers (period, type, n) select ${period}::int, ${planNames.indexOf(plan)}::smallint, ${nullifier}::bytea from made
	)`;
}

/** The most that one statement asks for or brings. */
const rowsAtOnce = 1_000;

/**
 * Up to `limit` rooms whose end has passed, but for those of `except`, locked until the transaction ends. Those that somebody
 * else has locked are left out: another instance is ending them, or a post is under way and they are found the next time.
 */
export function claimDue(
	sql: Statements,
	{ limit, except }: { readonly limit: number; readonly except: readonly bigint[] }
): Promise<readonly EndedRoom[]> {
	return sql<EndedRoom[]>`
		select id, ref, epoch, slot from rooms
		where expires_at <= statement_timestamp() + make_interval(secs => ${dueAhead}) and id <> all (${arrayOf(except)}::bigint[])
		order by expires_at limit ${limit} for update skip locked`;
}

/** Those of `ids` that are there, locked until the transaction ends; those that somebody else has locked are left out. */
export function claimRooms(sql: Statements, ids: readonly bigint[]): Promise<readonly EndedRoom[]> {
	return sql<
		EndedRoom[]
	>`select id, ref, epoch, slot from rooms where id = any (${arrayOf(ids)}::bigint[]) for update skip locked`;
}

/** A second person is in: from now on the room ends when everybody has left. */
export async function armEmpty({ sql }: Database, id: bigint): Promise<void> {
	await sql`update rooms set empty_policy = ${endsEmptyNow} where id = ${id} and empty_policy = ${endWhenEmpty}`;
}

/** Those of `ids` that end when everybody has left, and in which two have been; locked until the transaction ends. */
export function claimEmpty(sql: Statements, ids: readonly bigint[]): Promise<readonly EndedRoom[]> {
	return sql<EndedRoom[]>`
		select id, ref, epoch, slot from rooms where id = any (${arrayOf(ids)}::bigint[]) and empty_policy = ${endsEmptyNow}
		for update skip locked`;
}

/** The most that a backlog is counted. */
export const countedBacklog = 1_000;

/** How many rooms are over and still there, counted up to `most`. */
export async function countDue({ sql }: Database, most: number): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(*)::int as count from (
			select from rooms where expires_at <= statement_timestamp() + make_interval(secs => ${dueAhead}) limit ${most}
		) as due`;
	return row?.count ?? 0;
}

/**
 * From the COMMIT on the rooms never were; their envelopes, which nobody can find any more, wait in `remains` to be deleted.
 * The row's lock waits for posts under way, and none comes after it. Resolves to how many there were.
 */
export async function buryRooms(sql: Statements, ids: readonly bigint[]): Promise<number> {
	const { count } = await sql`
		with gone as (delete from rooms where id = any (${arrayOf(ids)}::bigint[]) returning id, day)
		insert into remains (room, day) select id, day from gone`;
	return count;
}

/** Which of `ids` are over by the database's clock, or not there any more. */
export async function roomsOver({ sql }: Database, ids: readonly bigint[]): Promise<readonly bigint[]> {
	const over: bigint[] = [];
	for (let from = 0; from < ids.length; from += rowsAtOnce) {
		const rows = await sql<{ id: bigint }[]>`
			select own.id from unnest(${arrayOf(ids.slice(from, from + rowsAtOnce))}::bigint[]) as own (id)
				left join rooms on rooms.id = own.id
			where rooms.id is null or rooms.expires_at <= statement_timestamp() + make_interval(secs => ${dueAhead})`;
		over.push(...rows.map((row) => row.id));
	}
	return over;
}

/** All rooms that end in this hour, over or not. Their index is that of `expires_at`: a room that ends on the hour belongs to the one before. */
export function roomsOfHour({ sql }: Database, epoch: number): Promise<readonly EndedRoom[]> {
	return sql<EndedRoom[]>`
		select id, ref, epoch, slot from rooms
		where epoch = ${epoch} and expires_at > to_timestamp(${epoch}::int * 3600::bigint)
			and expires_at <= to_timestamp((${epoch}::int + 1) * 3600::bigint)`;
}

/** All rooms that end in none of these hours, up to 1,000 at a time in the order of their ids. */
export async function* roomsOfOtherHours(
	{ sql }: Database,
	epochs: readonly number[]
): AsyncGenerator<readonly EndedRoom[], void> {
	let after = 0n;
	for (;;) {
		const page = await sql<EndedRoom[]>`
			select id, ref, epoch, slot from rooms where id > ${after} and epoch <> all (${arrayOf(epochs)}::int[])
			order by id limit ${rowsAtOnce}`;
		const last = page.at(-1);
		if (last === undefined) return;
		yield page;
		if (page.length < rowsAtOnce) return;
		after = last.id;
	}
}
