/** The database as docs/PROTOCOL.md §6.3 wants it: nothing of what people do in its logs, nothing acknowledged lost, no rooms left over. */
import type { Database } from '../db/client.ts';
import { guardSettings } from '../db/settings.ts';
import type { Finding } from './finding.ts';
import { fault, ok, warning } from './finding.ts';

/** Above this the end of a room is off by more than people notice, in milliseconds. */
const clockTolerance = 1_000;
/** The job has this long for the rows of a room that ended, in seconds (docs/PROTOCOL.md §6.2). */
const deletionSeconds = 10;

/** Changes nothing. `now`: unix ms of this process. */
export async function checkDatabase(db: Database, now: () => number): Promise<readonly Finding[]> {
	const settings = await readSettings(db);
	return [
		...guardFindings(settings),
		durability(settings),
		checksums(settings),
		archive(settings),
		await clock(db, now),
		await leftOver(db)
	];
}

type Settings = ReadonlyMap<string, string>;

async function readSettings({ sql }: Database): Promise<Settings> {
	const rows = await sql<{ name: string; setting: string }[]>`select name, setting from pg_settings`;
	return new Map(rows.map(({ name, setting }) => [name, setting]));
}

function guardFindings(settings: Settings): readonly Finding[] {
	const faults = Object.entries(guardSettings).flatMap(([name, wanted]) => {
		const is = settings.get(name) ?? '';
		// Postgres 18 made a list of what was a switch.
		if (is === wanted || (name === 'log_connections' && is === 'off')) return [];
		const todo = `In postgresql.conf: ${name} = '${wanted}'. Then reload Postgres.`;
		return [fault(`Postgres has ${name} = '${is}', and '${wanted}' is what keeps people's doings out of its logs.`, todo)];
	});
	return faults.length > 0 ? faults : [ok('Postgres writes nothing of what people do into its logs.')];
}

function durability(settings: Settings): Finding {
	const off = ['fsync', 'full_page_writes'].filter((name) => settings.get(name) !== 'on');
	if (off.length === 0) return ok('What Postgres has acknowledged is on its disk.');
	return fault(
		`Postgres has ${off.join(' and ')} switched off: a power cut can lose the database.`,
		'Switch on in postgresql.conf.'
	);
}

function checksums(settings: Settings): Finding {
	if (settings.get('data_checksums') === 'on') return ok('Postgres notices damaged pages (data checksums).');
	return warning(
		'Postgres has no data checksums: a damaged page goes unnoticed.',
		'Stop Postgres and run pg_checksums --enable.'
	);
}

function archive(settings: Settings): Finding {
	if (settings.get('archive_mode') === 'off') return ok('The write-ahead log is not archived.');
	return warning(
		'The write-ahead log is archived: it keeps the ciphertext of rooms that ended, which opens only with the keyring.',
		'Keep the keyring out of every backup, or switch archive_mode off.'
	);
}

async function clock({ sql }: Database, now: () => number): Promise<Finding> {
	const before = now();
	const [row] = await sql<{ ms: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
	const off = Math.max(before - (row?.ms ?? 0), (row?.ms ?? 0) - now(), 0);
	if (off <= clockTolerance) return ok('This clock and the database’s agree.');
	return fault(
		`This machine's clock and the database's are ${Math.round(off / 1000)} s apart: the times in the log are wrong, and people may lose their sessions when it is set right while the server runs.`,
		'Synchronise both with NTP.'
	);
}

async function leftOver(db: Database): Promise<Finding> {
	if (!(await hasTable(db, 'rooms'))) return ok('The database is empty; the server makes its tables at its first start.');
	const [row] = await db.sql<{ rooms: number }[]>`
		select count(*)::int as rooms from rooms where expires_at < clock_timestamp() - make_interval(secs => ${deletionSeconds})`;
	const left = (row?.rooms ?? 0) + (await countRemains(db));
	if (left === 0) return ok('No room that has ended is left over.');
	return warning(
		`Rooms that have ended and of which something is still in the database, closed to everybody: ${left}.`,
		'Start the server, which deletes it. If it is running, look again in a minute, and then for “job” in its log.'
	);
}

/** Rooms whose row is gone and whose messages are still to be deleted. */
async function countRemains(db: Database): Promise<number> {
	if (!(await hasTable(db, 'remains'))) return 0;
	const [row] = await db.sql<{ rooms: number }[]>`select count(*)::int as rooms from remains`;
	return row?.rooms ?? 0;
}

async function hasTable({ sql }: Database, name: string): Promise<boolean> {
	const [table] = await sql<{ there: boolean }[]>`select to_regclass(${name}) is not null as there`;
	return table?.there === true;
}
