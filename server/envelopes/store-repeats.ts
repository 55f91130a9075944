/** One statement for a batch of posts some of which may be there already: each is looked for before it is stored. */
import { plainEnvelopeSize, saltOffset } from '#protocol/envelope';
import { arrayOf } from '../db/arrays.ts';
import type { Database } from '../db/client.ts';
import type { Outcome, Post } from './store.ts';

type Row = {
	readonly kind: Outcome['kind'];
	readonly seq: number | null;
	readonly t: number | null;
	readonly burn_at: number | null;
};

/** As `storePosts`, and a known message id gets its old number and takes none. */
export async function storeRepeats({ sql }: Database, day: number, posts: readonly Post[]): Promise<readonly Outcome[]> {
	const table = sql(`envelopes_${day}`);
	const envelopes = Buffer.concat(posts.map((post) => post.env));
	const rows = await sql<Row[]>`
		with given as (
			select n::int as n, room, burn, substring(${envelopes}::bytea from (n::int - 1) * ${plainEnvelopeSize} + 1 for ${plainEnvelopeSize}) as env
			from unnest(${arrayOf(posts.map((post) => post.room))}::bigint[], ${arrayOf(posts.map((post) => post.burnSeconds))}::int[])
				with ordinality as given (room, burn, n)
		), input as materialized (
			select n, room, burn, env, substring(env from ${saltOffset + 1} for 16) as mid from given
		), sought as materialized (
			-- The order ties the search to the index of message ids: a plan that was made while the day was still empty might
			-- take the other index, and read all of the room, for each post.
			select input.*, known.seq, known.t from input left join lateral (
				select e.seq, e.t, e.mid from ${table} e where e.day = ${day} and e.room = input.room and e.mid >= input.mid order by e.mid limit 1
			) known on known.mid = input.mid and exists (select from rooms r where r.id = input.room and r.expires_at > clock_timestamp())
		), fresh as materialized (
			select n, room, burn, mid, env, row_number() over (partition by room order by n)::int as k from sought where seq is null
		), held as materialized (
			-- As in storePosts: in one order for every process.
			select id from rooms where id in (select room from fresh) and expires_at > clock_timestamp() order by id for no key update
		), raised as (
			update rooms r set
				next_seq = r.next_seq + least(wanted.n, greatest(coalesce(r.cap - r.used, wanted.n), 0)),
				used = r.used + least(wanted.n, greatest(coalesce(r.cap - r.used, wanted.n), 0))
			from held join (select room, count(*)::int as n from fresh group by room) wanted on wanted.room = held.id
			where r.id = held.id and r.expires_at > clock_timestamp()
			returning r.id, old.next_seq as first, new.next_seq - old.next_seq as granted,
				floor(extract(epoch from clock_timestamp() - r.created_at))::int as t, clock_timestamp() as now
		), placed as materialized (
			select fresh.n, fresh.room, fresh.mid, fresh.env, fresh.k <= raised.granted as fits, raised.first + fresh.k - 1 as seq, raised.t,
				raised.now + make_interval(secs => fresh.burn) as burn_at
			from fresh join raised on raised.id = fresh.room
		), inserted as (
			insert into ${table} (day, room, seq, mid, t, burn_at, env)
			select ${day}::int, room, seq, mid, t, burn_at, env from placed where fits
		)
		select
			case when sought.seq is not null then 'repeated' when placed.fits then 'stored' when placed.n is not null then 'full' else 'gone' end as kind,
			coalesce(sought.seq, placed.seq) as seq, coalesce(sought.t, placed.t) as t,
			(extract(epoch from placed.burn_at) * 1000)::float8 as burn_at
		from sought left join placed on placed.n = sought.n order by sought.n`;
	return rows.map(outcomeOf);
}

function outcomeOf({ kind, seq, t, burn_at: burnAt }: Row): Outcome {
	if (kind === 'full' || kind === 'gone') return { kind };
	if (seq === null || t === null) throw new Error('store: expected a number and a time for a post that was kept');
	return kind === 'stored' ? { kind, seq, t, burnAt } : { kind, seq, t };
}
