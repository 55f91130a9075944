/** One statement for a batch of new posts: docs/PROTOCOL.md §6.3, §10. Needs Postgres 18 (`old` and `new` in RETURNING). */
import { plainEnvelopeSize, saltOffset } from '#protocol/envelope';
import { arrayOf } from '../db/arrays.ts';
import type { Database } from '../db/client.ts';

export type Post = {
	readonly room: bigint;
	/** To be stored: exactly `plainEnvelopeSize` bytes. No two of a batch have the same room and message id. */
	readonly env: Uint8Array;
	readonly burnSeconds: number | null;
};

/** `t`: whole seconds since the room was made, by the database's clock; `burnAt`: unix ms. */
export type Outcome =
	| { readonly kind: 'stored'; readonly seq: number; readonly t: number; readonly burnAt: number | null }
	| { readonly kind: 'repeated'; readonly seq: number; readonly t: number }
	| { readonly kind: 'full' }
	| { readonly kind: 'gone' };

/** What a room gave: numbers from `first` on, `granted` of them. `now`: unix ms. */
type Raised = { readonly id: bigint; readonly first: number; readonly granted: number; readonly t: number; readonly now: number };

/**
 * Stores posts into rooms that end on `day`, each room's in the order given, and answers for each: a room that ended takes
 * nothing, one near its limit takes the first that fit. A room's counter is raised once. Committed when it resolves; when one
 * of the message ids is there already, it throws Postgres' error 23505 and nothing is stored.
 */
export async function storePosts({ sql }: Database, day: number, posts: readonly Post[]): Promise<readonly Outcome[]> {
	const table = sql(`envelopes_${day}`);
	const groups = byRoom(posts);
	let before = 0;
	const skips = groups.map(([, group]) => (before += group.length) - group.length);
	const grouped = groups.flatMap(([, group]) => group);
	const rooms = arrayOf(groups.map(([room]) => room));
	const raised = await sql<Raised[]>`
		with given as (
			select ${Buffer.concat(grouped.map((post) => post.env))}::bytea as envs, ${arrayOf(grouped.map((post) => post.burnSeconds ?? 0))}::int[] as burns
		), held as materialized (
			-- In one order for every process: two batches that met the same rooms in two orders would wait for each other for ever.
			-- A plan may join them in any.
			select id from rooms where id = any (${rooms}::bigint[]) and expires_at > clock_timestamp() order by id for no key update
		), raised as (
			update rooms r set
				next_seq = r.next_seq + least(wanted.n, greatest(coalesce(r.cap - r.used, wanted.n), 0)),
				used = r.used + least(wanted.n, greatest(coalesce(r.cap - r.used, wanted.n), 0))
			from held join unnest(${rooms}::bigint[], ${arrayOf(groups.map(([, group]) => group.length))}::int[],
				${arrayOf(skips)}::int[]) as wanted (room, n, skip) on wanted.room = held.id
			where r.id = held.id and r.expires_at > clock_timestamp()
			returning r.id, wanted.skip, old.next_seq as first, new.next_seq - old.next_seq as granted,
				floor(extract(epoch from clock_timestamp() - r.created_at))::int as t, clock_timestamp() as now
		), placed as (
			insert into ${table} (day, room, seq, mid, t, burn_at, env)
			select ${day}::int, raised.id, raised.first + k, substring(given.envs from (skip + k) * ${plainEnvelopeSize}::int + ${saltOffset + 1}::int for 16),
				raised.t, raised.now + make_interval(secs => nullif(given.burns[skip + k + 1], 0)),
				substring(given.envs from (skip + k) * ${plainEnvelopeSize}::int + 1 for ${plainEnvelopeSize}::int)
			from given cross join raised cross join lateral generate_series(0, raised.granted - 1) k
		)
		select id, first, granted, t, (extract(epoch from now) * 1000)::float8 as now from raised`;
	return outcomesOf(posts, raised);
}

function byRoom(posts: readonly Post[]): readonly (readonly [bigint, readonly Post[]])[] {
	return [...Map.groupBy(posts, (post) => post.room)];
}

function outcomesOf(posts: readonly Post[], raised: readonly Raised[]): Outcome[] {
	const rooms = new Map(raised.map((room) => [room.id, { ...room, taken: 0 }]));
	return posts.map(({ room: id, burnSeconds }): Outcome => {
		const room = rooms.get(id);
		if (room === undefined) return { kind: 'gone' };
		if (room.taken === room.granted) return { kind: 'full' };
		const burnAt = burnSeconds === null ? null : room.now + burnSeconds * 1000;
		return { kind: 'stored', seq: room.first + room.taken++, t: room.t, burnAt };
	});
}
