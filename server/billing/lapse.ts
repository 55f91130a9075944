/** What the job clears away of accounts and payments. Each statement may be repeated, and may be the last. */
import type { Database } from '../db/client.ts';

/** An account whose time is over is no different from one that never was; so long its row stays, in days. */
const keptDays = 30;
/** Stripe sends its news again for three days. */
const eventDays = 30;

/** Rows of one statement: whoever pays meanwhile doesn't wait for more. */
const batchRows = 1_000;

export type Options = { readonly stopping?: AbortSignal };

/** Until there is less left than one batch, or the job is to stop. Resolves to how many rows that were. */
async function inBatches(step: () => Promise<{ readonly count: number }>, { stopping }: Options): Promise<number> {
	let done = 0;
	let last = batchRows;
	while (last >= batchRows && stopping?.aborted !== true) {
		last = (await step()).count;
		done += last;
	}
	return done;
}

/** The hours in which tokens were given out are nobody's business once they are over. Resolves to how many accounts had one. */
export function forgetHours({ sql }: Database, options: Options = {}): Promise<number> {
	const step = () => sql`
		update accounts set period = 0, issued = 0
		where ctid = any (array(
			select ctid from accounts
			where period <> 0 and period < floor(extract(epoch from clock_timestamp()) / 3600)::int
			limit ${batchRows} for update skip locked
		))`;
	return inBatches(step, options);
}

/** Resolves to how many accounts went. */
export function deleteOverAccounts({ sql }: Database, options: Options = {}): Promise<number> {
	const step = () => sql`
		delete from accounts
		where ctid = any (array(
			select a.ctid from accounts as a
			where coalesce(a.paid_until, '-infinity'::date) < (clock_timestamp() at time zone 'utc')::date - ${keptDays}::int
				and not exists (select from subscriptions as s where s.account = a.h)
			limit ${batchRows} for update skip locked
		))`;
	return inBatches(step, options);
}

/** Events are only kept to know them again. Checkouts of which Stripe never heard were nobody's to complete. */
export async function deleteOldNews({ sql }: Database, options: Options = {}): Promise<number> {
	const events = () => sql`
		delete from stripe_events
		where ctid = any (array(
			select ctid from stripe_events where at < clock_timestamp() - make_interval(days => ${eventDays})
			limit ${batchRows} for update skip locked
		))`;
	const checkouts = () => sql`
		delete from checkouts
		where ctid = any (array(
			select ctid from checkouts where session is null and created_at < clock_timestamp() - interval '1 day'
			limit ${batchRows} for update skip locked
		))`;
	return (await inBatches(events, options)) + (await inBatches(checkouts, options));
}

/** Where payments were switched off nobody can be asked any more: what they left goes when its time is over. */
export async function deleteUnpayable({ sql }: Database, options: Options = {}): Promise<number> {
	const checkouts = () => sql`
		delete from checkouts
		where ctid = any (array(
			select ctid from checkouts where created_at < clock_timestamp() - interval '1 day'
			limit ${batchRows} for update skip locked
		))`;
	const subscriptions = () => sql`
		delete from subscriptions
		where ctid = any (array(
			select ctid from subscriptions where paid_until < (clock_timestamp() at time zone 'utc')::date - ${keptDays}::int
			limit ${batchRows} for update skip locked
		))`;
	return (await inBatches(checkouts, options)) + (await inBatches(subscriptions, options));
}

/**
 * A deleted row lies in its table's file until that is written over, and its transaction's number says with which other row it was
 * changed: so these small tables are written anew. `before`: what this resolved to last; nothing is done when nothing has changed
 * since, on that day. Waits for nobody: where a table is in use, or what was deleted may still be read by somebody, as by a backup,
 * it resolves to `before`, and the next turn does it again; on a busy server every turn may, and costs these small tables little.
 */
export async function rewriteTables({ sql }: Database, before: string | null): Promise<string | null> {
	const [{ seen } = { seen: '' }] = await sql<{ seen: string }[]>`
		select concat(sum(n_tup_upd + n_tup_del), ' ', current_date) as seen from pg_stat_user_tables
		where relname in ('vouchers', 'checkouts', 'subscriptions', 'accounts')`;
	if (seen === before) return seen;
	const [read, files] = [await hasOldReaders(sql), await filesOf(sql)];
	await sql`vacuum (full, skip_locked) vouchers, checkouts, subscriptions`;
	// May be larger, and tells of nobody but itself when those are clean.
	await sql`vacuum (skip_locked) accounts`;
	const skipped = (await filesOf(sql)).some((file) => files.includes(file));
	return read || skipped ? before : seen;
}

/**
 * What was deleted while a transaction is open stays for it, whatever is written anew: for one that reads here or at a standby that
 * says so, and for one that writes in any database of the cluster, since what runs now may see as far back as that one began.
 */
async function hasOldReaders(sql: Database['sql']): Promise<boolean> {
	const [{ read } = { read: true }] = await sql<{ read: boolean }[]>`
		select exists (
			select from pg_stat_activity
			where pid <> pg_backend_pid()
				and (backend_xid is not null or (backend_xmin is not null and coalesce(datname = current_database(), true)))
		) or exists (select from pg_replication_slots where xmin is not null) or exists (select from pg_prepared_xacts) as read`;
	return read;
}

/** A table that was written anew has another file. */
async function filesOf(sql: Database['sql']): Promise<readonly number[]> {
	const rows = await sql<{ file: number }[]>`
		select pg_relation_filenode(name::regclass)::int8::float8 as file
		from unnest(array['vouchers', 'checkouts', 'subscriptions']) as name`;
	return rows.map(({ file }) => file);
}
