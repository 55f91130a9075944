/** Rows of a room as the server holds them: pages of history, and what a returning reader missed. Expiry is a property of reading. */
import type { RoomHandle } from '../access/session.ts';
import type { Database } from '../db/client.ts';
import { Refusal } from '../errors.ts';
import type { RoomEvent } from '../fanout/bus.ts';
import type { Services } from '../services.ts';

export type HistoryRow = {
	readonly seq: number;
	/** Seconds since the room was made. */
	readonly t: number;
	/** `null` when burned. */
	readonly env: Uint8Array | null;
	/** Unix ms. */
	readonly burnAt: number | null;
};

/** `rows` ascend. `headSeq`: the highest number given so far, 0 in an empty room. */
export type History = { readonly rows: readonly HistoryRow[]; readonly headSeq: number };

export type Page = {
	/** Rows with a number between these two, both excluded. */
	readonly after: number;
	readonly before: number;
	readonly limit: number;
	/** Which rows, when there are more than `limit`. */
	readonly from: 'oldest' | 'newest';
};

/** Above every number: `seq` is a Postgres integer. */
export const noBefore = 2_147_483_647;
const undefinedTable = '42P01';

type Ports = Pick<Services, 'db' | 'rings' | 'numbers'>;

type Row = {
	readonly head: number;
	readonly seq: number | null;
	readonly t: number;
	/** Base64: the driver's own way, hex, takes longer to read. */
	readonly env: string | null;
	readonly burn_at: number | null;
};

/** Throws `ROOM_GONE` when the room has ended. */
export async function readHistory({ sql }: Database, room: Pick<RoomHandle, 'id' | 'day'>, page: Page): Promise<History> {
	const table = sql(`envelopes_${room.day}`);
	const direction = page.from === 'newest' ? sql`desc` : sql`asc`;
	const query = sql<Row[]>`
		select r.next_seq - 1 as head, e.seq, e.t, e.env, e.burn_at
		from rooms r left join lateral (
			select seq, t, case when burn_at <= clock_timestamp() then null else encode(env, 'base64') end as env, (extract(epoch from burn_at) * 1000)::float8 as burn_at
			from ${table} where day = ${room.day} and room = ${room.id} and seq > ${page.after} and seq < ${page.before}
			order by seq ${direction} limit ${page.limit}
		) e on true
		where r.id = ${room.id} and r.expires_at > clock_timestamp() order by e.seq`;
	const found = await query.catch(whenOver);
	const [first] = found;
	if (first === undefined) throw new Refusal('ROOM_GONE');
	return { rows: found.flatMap(rowOf), headSeq: first.head };
}

/** As `readHistory`, in Live rooms of what is still remembered. */
export async function readPage({ db, rings, numbers }: Ports, room: RoomHandle, page: Page): Promise<History> {
	const history = await readHistory(db, room, page);
	if (room.mode === 'stored') return history;
	const within = rings.envelopes(room.ref).filter(({ seq }) => seq > page.after && seq < page.before);
	const rows = page.from === 'newest' ? within.slice(-page.limit) : within.slice(0, page.limit);
	return { headSeq: (await numbers.head(room)) ?? history.headSeq, rows: page.limit === 0 ? [] : rows };
}

/** The newest `limit` rows above `after`, as events: beyond that the reader sees a jump in `seq` and asks for history. */
export async function readBacklog(ports: Ports, room: RoomHandle, after: number, limit: number): Promise<readonly RoomEvent[]> {
	const { rows } = await readPage(ports, room, { after, before: noBefore, limit, from: 'newest' });
	return rows.map(({ seq, t, env, burnAt }): RoomEvent => {
		return env === null ? { kind: 'burned', seq } : { kind: 'envelope', seq, t, env, tag: null, burnAt };
	});
}

/** A room without rows is one row without a `seq`. */
function rowOf({ seq, t, env, burn_at: burnAt }: Row): HistoryRow[] {
	return seq === null ? [] : [{ seq, t, env: env === null ? null : Buffer.from(env, 'base64'), burnAt }];
}

/** A day whose partition is not there, e.g. because an operator dropped it, has no rooms either. */
function whenOver(error: unknown): never[] {
	if (error instanceof Error && 'code' in error && error.code === undefinedTable) return [];
	throw error;
}
