/** What the job clears away of accounts and payments. Each statement may be repeated, and may be the last. */
import type { Database } from '../db/client.ts';

/** An account whose time is over is no different from one that never was; so long its row stays, in days. */
const keptDays = 30;
/** Stripe sends its news again for three days. */
const eventDays = 30;

/** The hours in which tokens were given out are nobody's business once they are over. Resolves to how many accounts had one. */
export async function forgetHours({ sql }: Database): Promise<number> {
	return (
		await sql`
			update accounts set period = 0, issued = 0
			where period <> 0 and period < floor(extract(epoch from clock_timestamp()) / 3600)::int`
	).count;
}

/** Resolves to how many accounts went. */
export async function deleteOverAccounts({ sql }: Database): Promise<number> {
	return (
		await sql`
			delete from accounts as a
			where coalesce(a.paid_until, '-infinity'::date) < (clock_timestamp() at time zone 'utc')::date - ${keptDays}::int
				and not exists (select from subscriptions as s where s.account = a.h)`
	).count;
}

/** Events are only kept to know them again. Checkouts of which Stripe never heard were nobody's to complete. */
export async function deleteOldNews({ sql }: Database): Promise<number> {
	const events = await sql`delete from stripe_events where at < clock_timestamp() - make_interval(days => ${eventDays})`;
	const checkouts = await sql`delete from checkouts where session is null and created_at < clock_timestamp() - interval '1 day'`;
	return events.count + checkouts.count;
}

/** Where payments were switched off nobody can be asked any more: what they left goes when its time is over. */
export async function deleteUnpayable({ sql }: Database): Promise<number> {
	const checkouts = await sql`delete from checkouts where created_at < clock_timestamp() - interval '1 day'`;
	const subscriptions = await sql`
		delete from subscriptions where paid_until < (clock_timestamp() at time zone 'utc')::date - ${keptDays}::int`;
	return checkouts.count + subscriptions.count;
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
