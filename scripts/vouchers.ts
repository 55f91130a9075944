/** `npm run vouchers -- --days 30 --count 10`: makes vouchers and prints their codes, one a line, while the server runs or not. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { issueVouchers } from '../server/billing/vouchers.ts';
import type { Batch } from '../server/billing/vouchers.ts';
import type { Config } from '../server/config.ts';
import { readConfig } from '../server/config.ts';
import { hasCluster } from '../server/db/binaries.ts';
import type { Database } from '../server/db/client.ts';
import { openDatabase } from '../server/db/client.ts';
import { startEmbedded } from '../server/db/embedded.ts';

const usage = 'npm run vouchers -- --days 30 --count 10';
const maxDays = 3_650;
const maxCount = 1_000;

/** Throws a sentence for the operator. */
export function readBatch(words: readonly string[]): Batch {
	const { days, count } = parse(words);
	return { days: number('days', days, maxDays), count: number('count', count ?? '1', maxCount) };
}

function parse(words: readonly string[]) {
	try {
		return parseArgs({ args: [...words], options: { days: { type: 'string' }, count: { type: 'string' } } }).values;
	} catch (error) {
		throw new Error(`${error instanceof Error ? error.message : 'expected other arguments'}\nUsage: ${usage}`, { cause: error });
	}
}

function number(name: string, text: string | undefined, most: number): number {
	if (text !== undefined && /^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
	throw new Error(`--${name}: expected a whole number from 1 to ${most}\nUsage: ${usage}`);
}

async function issueFor({ databaseUrl, dataDir }: Config, batch: Batch): Promise<readonly string[]> {
	if (databaseUrl === undefined && !hasCluster(dataDir)) throw noTables();
	const embedded = databaseUrl === undefined ? await startEmbedded({ dataDir }) : null;
	const db = openDatabase(databaseUrl ?? embedded?.url ?? '', { max: 1 });
	try {
		if (!(await hasVouchers(db))) throw noTables();
		return await issueVouchers(db, { ...batch, randomBytes });
	} finally {
		await db.close();
		await embedded?.stop();
	}
}

/** The server makes its tables, which this leaves to it: it may be of another version. */
function noTables(): Error {
	return new Error('there is no database with a table of vouchers yet: the server makes it when it starts');
}

async function hasVouchers({ sql }: Database): Promise<boolean> {
	const [table] = await sql<{ there: boolean }[]>`select to_regclass('vouchers') is not null as there`;
	return table?.there === true;
}

if (import.meta.main) {
	try {
		const batch = readBatch(process.argv.slice(2));
		const config = readConfig(process.env);
		for (const code of await issueFor(config, batch)) process.stdout.write(`${code}\n`);
		if (!config.plansOn) process.stderr.write('vouchers: PLANS is off here, so nobody can redeem them\n');
	} catch (error) {
		process.stderr.write(`vouchers: ${error instanceof Error ? error.message : 'it could not be done'}\n`);
		process.exitCode = 1;
	}
}
