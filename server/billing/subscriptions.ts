/** The statements on subscriptions, checkouts and the payment company's news. */
import type { Database, Statements } from '../db/client.ts';
import type { SubscriptionState } from './account.ts';
import { lockAccount } from './rows.ts';
import type { Standing } from './standing.ts';

export type Subscription = {
	readonly customer: string;
	readonly subscription: string;
	readonly state: SubscriptionState;
};
type Sql = { readonly sql: Statements };

/** What came of a standing. `new`: nothing is paid yet. `surplus`: the account has a subscription that runs, and this is another. */
export type Applied = 'kept' | 'new' | 'nobody’s' | 'surplus';

export async function findSubscription({ sql }: Sql, account: Uint8Array): Promise<Subscription | null> {
	const [row] = await sql<Subscription[]>`select customer, subscription, state from subscriptions where account = ${account}`;
	return row ?? null;
}

/** Held until the end of the transaction: what Stripe says of a subscription is asked and written by one at a time. */
export async function lockSubscription(sql: Statements, subscription: string): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${subscription}, 7071004))`;
}

export async function isNoted({ sql }: Database, event: string): Promise<boolean> {
	return (await sql`select from stripe_events where id = ${event}`).count === 1;
}

/** What it was about has been written. */
export async function noteEvent({ sql }: Database, event: string): Promise<void> {
	await sql`insert into stripe_events (id) values (${event}) on conflict do nothing`;
}

/**
 * Writes what Stripe says, under the lock. A subscription that isn't known belongs to the account whose checkout it came from.
 * One that has ended leaves its last day with the account, and nothing else.
 */
export async function applyStanding(sql: Statements, standing: Standing): Promise<Applied> {
	const { subscription, customer, state } = standing;
	const [known] = await sql<Known[]>`
		select state, paid_until::text as "paidUntil" from subscriptions where subscription = ${subscription} for update`;
	const applied = known === undefined ? await bind(sql, standing) : 'kept';
	if (applied !== 'kept') return applied;
	const paidUntil = known === undefined ? standing.paidUntil : lastDay(known, standing);
	await moveVouchers(sql, subscription, paidUntil);
	const written = state === 'new' ? 'failed' : state;
	if (written === 'ended') await endSubscription(sql, { subscription, paidUntil });
	else
		await sql`
			update subscriptions set customer = ${customer}, state = ${written}, paid_until = ${paidUntil}
			where subscription = ${subscription}`;
	return applied;
}

type Known = Pick<Standing, 'state' | 'paidUntil'>;

/** The days of grace follow what was paid: a period that begins unpaid after one that failed brings none of its own. */
function lastDay(known: Known, { isPaid, paidUntil }: Standing): string {
	return known.state === 'failed' && !isPaid && known.paidUntil < paidUntil ? known.paidUntil : paidUntil;
}

/** Days of vouchers stand behind what the subscription pays for: when that goes further or ends earlier, so do they; never before today. */
async function moveVouchers(sql: Statements, subscription: string, paidUntil: string): Promise<void> {
	await sql`
		with moved as (
			update subscriptions
			set vouchers_after = greatest(${paidUntil}::date, (clock_timestamp() at time zone 'utc')::date)
			where subscription = ${subscription} and vouchers_after is not null and paid_until <> ${paidUntil}::date
			returning account, vouchers_after - old.vouchers_after as days
		)
		update accounts as a set paid_until = a.paid_until + moved.days from moved where a.h = moved.account`;
}

/** Without `paidUntil`, for one that Stripe doesn't know any more, as it was. */
export async function endSubscription(
	sql: Statements,
	{ subscription, paidUntil = null }: { readonly subscription: string; readonly paidUntil?: string | null }
): Promise<void> {
	await sql`
		with ended as (delete from subscriptions where subscription = ${subscription} returning account, paid_until)
		update accounts as a set paid_until = greatest(a.paid_until, coalesce(${paidUntil}::date, ended.paid_until))
		from ended where a.h = ended.account`;
}

/** The subscription's row begins with today, before any days that the account has already: they move behind what it pays for. */
async function bind(sql: Statements, { ref, state, subscription, customer }: Standing): Promise<Applied> {
	if (ref === null) return 'nobody’s';
	if (state === 'new') return 'new';
	const [checkout] = await sql<{ account: Uint8Array }[]>`delete from checkouts where ref = ${ref} returning account`;
	if (checkout === undefined || state === 'ended') return 'nobody’s';
	const { account } = checkout;
	await lockAccount(sql, account);
	const bound = await sql`
		insert into subscriptions (account, customer, subscription, state, paid_until, vouchers_after)
		select ${account}::bytea, ${customer}, ${subscription}, ${state}, today,
			(select today from accounts where h = ${account} and paid_until > today)
		from (select (clock_timestamp() at time zone 'utc')::date as today) as clock
		on conflict (account) do nothing`;
	if (bound.count === 0) return 'surplus';
	// Where the tokens of an hour are counted. Over since yesterday by itself, so that the job, which may be at it, leaves it alone.
	await sql`
		insert into accounts as a (h, paid_until) values (${account}, (clock_timestamp() at time zone 'utc')::date - 1)
		on conflict (h) do update set paid_until = greatest(a.paid_until, excluded.paid_until)`;
	return 'kept';
}

/** Resolves to the names of the sessions of earlier checkouts of this account. */
export async function beginCheckout({ sql }: Database, ref: Uint8Array, account: Uint8Array): Promise<readonly string[]> {
	const earlier = await sql<{ session: string }[]>`
		select session from checkouts where account = ${account} and session is not null`;
	await sql`insert into checkouts (ref, account) values (${ref}, ${account})`;
	return earlier.map(({ session }) => session);
}

export async function nameCheckout({ sql }: Database, ref: Uint8Array, session: string): Promise<void> {
	await sql`update checkouts set session = ${session} where ref = ${ref}`;
}

/** Checkouts of which no news came, or whose payment takes its time. In no order, so that those which stay keep no others waiting. */
export async function oldCheckouts({ sql }: Database, limit: number): Promise<readonly { ref: Uint8Array; session: string }[]> {
	return sql`
		select ref, session from checkouts
		where session is not null and created_at < clock_timestamp() - interval '1 day'
		order by random() limit ${limit}`;
}

export async function dropCheckout({ sql }: Database, ref: Uint8Array): Promise<void> {
	await sql`delete from checkouts where ref = ${ref}`;
}

/** Subscriptions that should have been renewed or ended by now, in no order. */
export async function overdueSubscriptions({ sql }: Database, limit: number): Promise<readonly string[]> {
	const rows = await sql<{ subscription: string }[]>`
		select subscription from subscriptions
		where paid_until < (clock_timestamp() at time zone 'utc')::date order by random() limit ${limit}`;
	return rows.map(({ subscription }) => subscription);
}

type Lost = { readonly limit: number; readonly forgetDays: number };

/** Those whose payment failed and whose days of grace are over, and whatever nobody has paid for in `forgetDays`; in no order. */
export async function lostSubscriptions({ sql }: Database, { limit, forgetDays }: Lost): Promise<readonly string[]> {
	const rows = await sql<{ subscription: string }[]>`
		select subscription from subscriptions where ${isOver(sql, forgetDays)} order by random() limit ${limit}`;
	return rows.map(({ subscription }) => subscription);
}

/** The same of one. */
export async function isLostStill(sql: Statements, subscription: string, forgetDays: number): Promise<boolean> {
	return (await sql`select from subscriptions where subscription = ${subscription} and ${isOver(sql, forgetDays)}`).count === 1;
}

function isOver(sql: Statements, forgetDays: number) {
	return sql`paid_until < (clock_timestamp() at time zone 'utc')::date - case state when 'failed' then 0 else ${forgetDays}::int end`;
}
