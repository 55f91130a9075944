/** The tables of docs/PROTOCOL.md §6.3. No column holds an address, a nickname, a link, a room id in clear, or a client's time. */
import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	customType,
	date,
	index,
	integer,
	pgTable,
	primaryKey,
	smallint,
	text,
	timestamp,
	unique
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true });

export const rooms = pgTable(
	'rooms',
	{
		id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
		/** HMAC-SHA256(K_ref, roomId)[0..16). */
		ref: bytea().notNull(),
		epoch: integer().notNull(),
		day: integer().notNull(),
		byte0: smallint().notNull(),
		/** Record number in the keyring's file of the epoch. */
		slot: integer().notNull(),
		/** 108 bytes: shard, access key and shard tag under the keyring's keys (§6.1). */
		sealed: bytea().notNull(),
		createdAt: moment('created_at').notNull(),
		expiresAt: moment('expires_at').notNull(),
		nextSeq: integer('next_seq').notNull().default(1),
		used: integer().notNull().default(0),
		/** Content messages allowed; null: no limit. */
		cap: integer(),
		/** Index in `planNames`. */
		plan: smallint().notNull(),
		people: smallint().notNull(),
		/** 0: keep until the end. */
		emptyPolicy: smallint('empty_policy').notNull().default(0),
		card: bytea().notNull()
	},
	(table) => [unique('rooms_ref_unique').on(table.ref), index('rooms_expires_at_index').on(table.expiresAt)]
);

/** List-partitioned by `day`, the day in which the room ends, so that a day that is over goes as a table. */
export const envelopes = pgTable(
	'envelopes',
	{
		day: integer().notNull(),
		room: bigint({ mode: 'bigint' }).notNull(),
		seq: integer().notNull(),
		/** First half of the envelope's salt: knows a repeated post. */
		mid: bytea().notNull(),
		/** Seconds since the room was made. */
		t: integer().notNull(),
		burnAt: moment('burn_at'),
		/** Null when burned. */
		env: bytea()
	},
	(table) => [
		primaryKey({ name: 'envelopes_pkey', columns: [table.day, table.room, table.seq] }),
		unique('envelopes_mid_unique').on(table.day, table.room, table.mid),
		index('envelopes_burn_at_index')
			.on(table.burnAt)
			.where(sql`burn_at is not null and env is not null`)
	]
);

/** One row: the name of this database, which the keyring that belongs to it has too (§6.4). */
export const installation = pgTable(
	'installation',
	{
		one: boolean().primaryKey().default(true),
		/** 16 random bytes. */
		id: bytea().notNull()
	},
	(table) => [check('installation_one', sql`${table.one}`), check('installation_id_size', sql`octet_length(${table.id}) = 16`)]
);

/** Rooms that have ended, whose envelopes still have to be deleted: nothing else is known of them any more. */
export const remains = pgTable('remains', {
	room: bigint({ mode: 'bigint' }).primaryKey(),
	day: integer().notNull()
});

/** Tokens that were used, list-partitioned by `period`, so that a month that is over goes as a table. No column leads from here to a room; transactions' numbers may (§6.3). */
export const nullifiers = pgTable(
	'nullifiers',
	{
		/** The token's month: year · 12 + month − 1 (UTC). */
		period: integer().notNull(),
		/** Index in `planNames`. */
		type: smallint().notNull(),
		/** H("epr/1/nullifier" ‖ input)[0..16). */
		n: bytea().notNull()
	},
	(table) => [primaryKey({ name: 'nullifiers_pkey', columns: [table.period, table.type, table.n] })]
);

/** Who may have Pro tokens: known by the hash of a code, and by nothing else (§16.2). */
export const accounts = pgTable('accounts', {
	/** H("epr/1/acct-hash" ‖ 16 characters). */
	h: bytea().primaryKey(),
	/** The last day (UTC) that vouchers, and subscriptions that have ended, pay for; null: none do. */
	paidUntil: date('paid_until', { mode: 'string' }),
	/** Hours since 1970 in which `issued` tokens were given out: the limit is by the hour. 0 once the hour is over. */
	period: integer().notNull().default(0),
	issued: integer().notNull().default(0)
});

/** Vouchers that nobody has redeemed. Redeeming one deletes it: no column leads from here to an account; for transactions' numbers see §16.2. */
export const vouchers = pgTable('vouchers', {
	/** H("epr/1/voucher-hash" ‖ 16 characters). */
	h: bytea().primaryKey(),
	days: integer().notNull()
});

/** What Stripe is paid for, as long as it is: the row goes with the subscription's end, of which only the day is kept, in `accounts` (§16.2). */
export const subscriptions = pgTable(
	'subscriptions',
	{
		account: bytea().primaryKey(),
		/** Stripe's names. */
		customer: text().notNull(),
		subscription: text().notNull(),
		/** active, failed or ending. */
		state: text().notNull(),
		/** The last day (UTC) that it pays for, days of grace included. */
		paidUntil: date('paid_until', { mode: 'string' }).notNull(),
		/** Vouchers' days stand behind this day, the last one of the subscription, and move with it; null: there are none. */
		vouchersAfter: date('vouchers_after', { mode: 'string' })
	},
	(table) => [
		unique('subscriptions_subscription_unique').on(table.subscription),
		check('subscriptions_state', sql`${table.state} in ('active', 'failed', 'ending')`)
	]
);

/** Checkouts that were begun: what Stripe is told of an account is `ref`, and this row goes when the checkout is completed or over. */
export const checkouts = pgTable(
	'checkouts',
	{
		/** 16 random bytes. */
		ref: bytea().primaryKey(),
		account: bytea().notNull(),
		/** Stripe's name; null until Stripe has answered. */
		session: text(),
		createdAt: moment('created_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [
		check('checkouts_ref_size', sql`octet_length(${table.ref}) = 16`),
		index('checkouts_account_index').on(table.account)
	]
);

/** Webhooks that were done, so that one that comes again does nothing. */
export const stripeEvents = pgTable('stripe_events', {
	/** Stripe's name. */
	id: text().primaryKey(),
	at: moment('at')
		.notNull()
		.default(sql`clock_timestamp()`)
});
