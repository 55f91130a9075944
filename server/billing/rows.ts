/** The statements on accounts and vouchers. Each does its work in one, so that no number of requests at once passes a limit. */
import { createHash } from 'node:crypto';
import { utf8 } from '#protocol/bytes';
import type { Database } from '../db/client.ts';
import { Refusal } from '../errors.ts';
import type { Account } from './account.ts';

/** `code`: 16 characters, folded. */
export function voucherHash(code: string): Uint8Array {
	return createHash('sha256').update(utf8('epr/1/voucher-hash')).update(code).digest();
}

/** `null` for unknown accounts and those whose time is over. */
export async function findAccount({ sql }: Database, hash: Uint8Array): Promise<Account | null> {
	const [row] = await sql<{ paidUntil: string }[]>`
		select paid_until::text as "paidUntil" from accounts where h = ${hash} and paid_until >= (clock_timestamp() at time zone 'utc')::date`;
	return row === undefined ? null : { ...row, subscription: null };
}

type Taking = { readonly account: Uint8Array; readonly count: number; readonly perHour: number | null };

/** Throws `ACCOUNT` as `findAccount` is `null`, `RATE_LIMITED` when the hour's are used up. */
export async function takeTokens(db: Database, { account, count, perHour }: Taking): Promise<void> {
	const taken = await db.sql`
		update accounts as a set
			issued = case when a.period = hour.n then a.issued else 0 end + ${count}::int,
			period = hour.n
		from (select floor(extract(epoch from clock_timestamp()) / 3600)::int as n) as hour
		where a.h = ${account} and a.paid_until >= (clock_timestamp() at time zone 'utc')::date
			and case when a.period = hour.n then a.issued else 0 end + ${count}::int <= ${perHour ?? 2_147_483_647}::int`;
	if (taken.count === 1) return;
	throw new Refusal((await findAccount(db, account)) === null ? 'ACCOUNT' : 'RATE_LIMITED');
}

/** `null` when the voucher isn't there. Both or neither: the voucher goes, the days come. */
export async function redeem(
	{ sql }: Database,
	{ account, voucher }: { readonly account: Uint8Array; readonly voucher: Uint8Array }
): Promise<Account | null> {
	const [row] = await sql<{ paidUntil: string }[]>`
		with used as (delete from vouchers where h = ${voucher} returning days)
		insert into accounts as a (h, paid_until)
		select ${account}::bytea, (clock_timestamp() at time zone 'utc')::date + used.days from used
		on conflict (h) do update set
			paid_until = greatest(a.paid_until, (clock_timestamp() at time zone 'utc')::date) + (select days from used)
		returning paid_until::text as "paidUntil"`;
	return row === undefined ? null : { ...row, subscription: null };
}
