import { afterAll, beforeAll, expect, test } from 'vitest';
import { endOfPeriod, periodOf } from '#protocol/tokens';
import { ensurePartitions, keepMonths } from './partitions.ts';
import { testDatabase } from './testing.ts';
import type { TestDatabase } from './testing.ts';

const dayMs = 86_400_000;
const now = periodOf(Date.now());
/** Of a month long ago, so that nothing of today is in the way. */
const march = 24_002;
const lastOfMarch = endOfPeriod(march) / dayMs - 1;

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database.stop());

/** Attached or not. */
async function months(): Promise<readonly number[]> {
	const rows = await database.db.sql<{ period: number }[]>`
		select substring(relname from 12)::int as period from pg_class where relname ~ '^nullifiers_[0-9]+$' and relkind = 'r' order by 1`;
	return rows.map(({ period }) => period);
}

const attached = async () =>
	(await database.db.sql`select from pg_inherits where inhparent = 'nullifiers'::regclass and not inhdetachpending`).length;

const spend = (period: number, n = 1) =>
	database.db.sql`insert into nullifiers (period, type, n) values (${period}, 0, ${Buffer.alloc(16, n)})`;

test('at the start there are this month and the two that come, and yesterday’s', async () => {
	expect(await months()).toEqual(expect.arrayContaining([now, now + 1, now + 2]));
	await ensurePartitions(database.db, lastOfMarch + 1);
	expect(await months()).toEqual(expect.arrayContaining([march, march + 1, march + 2, march + 3]));
});

test('a token is used once in its month, and is another one in the next', async () => {
	await spend(now);
	await expect(spend(now)).rejects.toThrow(/duplicate key/);
	await spend(now + 1);
	await expect(spend(now + 3)).rejects.toThrow(/no partition/);
});

test('a month goes with its list two days after its end, and no sooner; the next ones are there by then', async () => {
	const { db } = database;
	await ensurePartitions(db, lastOfMarch);
	await spend(march);
	for (const day of [lastOfMarch, lastOfMarch + 1, lastOfMarch + 2]) {
		await keepMonths(db, day);
		expect(await months(), `day ${day - lastOfMarch}`).toContain(march);
	}
	expect(await db.sql`select from nullifiers where period = ${march}`).toHaveLength(1);
	expect(await keepMonths(db, lastOfMarch + 3)).toEqual({ done: 1, backlog: 0 });
	expect(await months()).not.toContain(march);
	expect(await months()).toContain(march + 3);
	expect(await keepMonths(db, lastOfMarch + 3)).toEqual({ done: 0, backlog: 0 });
});

test('a run that was killed after detaching, or in the middle of it, is finished by the next', async () => {
	const { db } = database;
	await ensurePartitions(db, lastOfMarch - 31);
	await db.sql`alter table nullifiers detach partition ${db.sql(`nullifiers_${march - 1}`)}`;
	const reader = await db.sql.reserve();
	await reader`begin`;
	await reader`select from ${reader(`nullifiers_${march}`)}`;
	const killed = await db.sql.reserve();
	await killed`set lock_timeout = '200ms'`;
	const cutOff = killed`alter table nullifiers detach partition ${killed(`nullifiers_${march}`)} concurrently`;
	await expect(cutOff).rejects.toThrow('lock timeout');
	await killed`reset lock_timeout`;
	await reader`rollback`;
	reader.release();
	killed.release();
	await keepMonths(db, lastOfMarch + 3);
	expect(await months()).not.toEqual(expect.arrayContaining([march - 1]));
	expect(await months()).not.toEqual(expect.arrayContaining([march]));
	expect(await attached()).toBe((await months()).length);
});

test('rooms of this month are paid for while another month is being taken away', async () => {
	const { db } = database;
	await ensurePartitions(db, lastOfMarch);
	const reader = await db.sql.reserve();
	await reader`begin`;
	await reader`select from ${reader(`nullifiers_${march}`)}`;
	const going = keepMonths(db, lastOfMarch + 3);
	await expect
		.poll(
			() => db.sql`
			select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%concurrently%'`
		)
		.toHaveLength(1);
	await spend(now, 2);
	await reader`rollback`;
	reader.release();
	expect((await going).done).toBeGreaterThan(0);
});
