/** The statements on accounts and vouchers. Each limit is kept by one statement, so that no number of requests at once passes it. */
import { createHash } from 'node:crypto';
import { utf8 } from '#protocol/bytes';
import type { Database, Statements } from '../db/client.ts';
import { Refusal } from '../errors.ts';
import type { Account, SubscriptionState } from './account.ts';

/** `code`: 16 characters, folded. */
export function voucherHash(code: string): Uint8Array {
	return createHash('sha256').update(utf8('epr/1/voucher-hash')).update(code).digest();
}

/** `null` for unknown accounts and those whose time is over. What a voucher pays for and what a subscription does count alike. */
export async function findAccount(db: Pick<Database, 'sql'>, hash: Uint8Array): Promise<Account | null> {
	const found = await lastOf(db, hash);
	return found?.isPro === true ? found.account : null;
}

/** Also of one whose time is over, for whoever ended it just now. */
export async function findLast(db: Pick<Database, 'sql'>, hash: Uint8Array): Promise<Account | null> {
	return (await lastOf(db, hash))?.account ?? null;
}

type Last = { readonly account: Account; readonly isPro: boolean };

async function lastOf({ sql }: Pick<Database, 'sql'>, hash: Uint8Array): Promise<Last | null> {
	const [row] = await sql<{ paidUntil: string; subscription: SubscriptionState | null; isPro: boolean }[]>`
		select last.day::text as "paidUntil", s.state as subscription,
			last.day >= (clock_timestamp() at time zone 'utc')::date as "isPro"
		from accounts as a left join subscriptions as s on s.account = a.h,
			lateral (select greatest(a.paid_until, s.paid_until) as day) as last
		where a.h = ${hash} and last.day is not null`;
	if (row === undefined) return null;
	const { isPro, ...account } = row;
	return { account, isPro };
}

type Taking = { readonly account: Uint8Array; readonly count: number; readonly perHour: number | null };

/** Throws `ACCOUNT` as `findAccount` is `null`, `RATE_LIMITED` when the hour's would not do; nothing is counted then. */
export async function takeTokens(db: Database, { account, count, perHour }: Taking): Promise<void> {
	const taken = await db.sql`
		update accounts as a set
			issued = case when a.period = hour.n then a.issued else 0 end + ${count}::int,
			period = hour.n
		from (select floor(extract(epoch from clock_timestamp()) / 3600)::int as n) as hour
		where a.h = ${account}
			and greatest(a.paid_until, (select paid_until from subscriptions where account = a.h))
				>= (clock_timestamp() at time zone 'utc')::date
			and case when a.period = hour.n then a.issued else 0 end + ${count}::int <= ${perHour ?? 2_147_483_647}::int`;
	if (taken.count === 1) return;
	throw new Refusal((await findAccount(db, account)) === null ? 'ACCOUNT' : 'RATE_LIMITED');
}

/** Held until the end of the transaction: days come to an account, and a subscription, by one at a time. */
export async function lockAccount(sql: Statements, account: Uint8Array): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(encode(${account}, 'hex'), 7071005))`;
}

type Redemption = { readonly account: Uint8Array; readonly voucher: Uint8Array };

/** Resolves to whether the voucher was there. Both or neither: the voucher goes, the days come, behind all that is paid for. */
export function redeem({ sql }: Database, { account, voucher }: Redemption): Promise<boolean> {
	return sql.begin(async (tx) => {
		await lockAccount(tx, account);
		// In this order, like whoever changes a subscription: first it, then the account.
		const [paid] = await tx<{ until: string }[]>`
			select paid_until::text as until from subscriptions where account = ${account} for update`;
		const subscribed = paid?.until ?? null;
		const [redeemed] = await tx<{ before: string | null }[]>`
			with used as (delete from vouchers where h = ${voucher} returning days),
				base as (select greatest(${subscribed}::date, (clock_timestamp() at time zone 'utc')::date) as day)
			insert into accounts as a (h, paid_until)
			select ${account}::bytea, base.day + used.days from used, base
			on conflict (h) do update set
				paid_until = greatest(a.paid_until, (select day from base)) + (select days from used)
			returning old.paid_until::text as before`;
		if (redeemed !== undefined) await rememberBase(tx, account, redeemed.before);
		return redeemed !== undefined;
	});
}

/** The voucher's days stand behind those of the subscription, and move with its end; `before`: the account's last day until then. */
async function rememberBase(sql: Statements, account: Uint8Array, before: string | null): Promise<void> {
	await sql`
		update subscriptions set vouchers_after = greatest(paid_until, today)
		from (select (clock_timestamp() at time zone 'utc')::date as today) as clock
		where account = ${account} and (vouchers_after is null or coalesce(${before}::date <= greatest(paid_until, today), true))`;
}
