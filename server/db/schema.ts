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

/** Tokens that were used, list-partitioned by `period`, so that a month that is over goes as a table. Nothing leads from here to a room. */
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
	/** The last day (UTC) that vouchers pay for; null: none do. */
	paidUntil: date('paid_until', { mode: 'string' }),
	/** Hours since 1970 in which `issued` tokens were given out: the limit is by the hour. 0 once the hour is over. */
	period: integer().notNull().default(0),
	issued: integer().notNull().default(0)
});

/** Vouchers that nobody has redeemed. Redeeming one deletes it: no path leads from here to an account. */
export const vouchers = pgTable('vouchers', {
	/** H("epr/1/voucher-hash" ‖ 16 characters). */
	h: bytea().primaryKey(),
	days: integer().notNull()
});
