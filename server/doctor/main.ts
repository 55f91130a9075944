/** `npm run doctor`: looks at the database, the keyring and the machine as the server would use them, and says what to do. Status 1 when there is a fault. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import { hasCluster } from '../db/binaries.ts';
import { openDatabase } from '../db/client.ts';
import { dataDirectoryOf } from '../db/data-directory.ts';
import { startEmbedded } from '../db/embedded.ts';
import { requireVersion } from '../db/version.ts';
import { checkDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { formatFindings, warning } from './finding.ts';
import { checkKeyring } from './keyring.ts';
import { checkMachine, readMachine } from './machine.ts';
import { checkPayments } from './payments.ts';
import { checkPlans } from './plans.ts';

async function examine(): Promise<boolean> {
	const config = readConfig(process.env);
	const machine = checkMachine(readMachine(config.origin));
	const findings = [...(await examineData(config)), ...checkPlans(config), checkPayments(config), ...machine];
	process.stdout.write(formatFindings(findings));
	return findings.every(({ level }) => level !== 'fault');
}

/** Starting the embedded database would make one where there is none. */
async function examineData({ databaseUrl, dataDir, keyringDir }: Config): Promise<readonly Finding[]> {
	if (databaseUrl === undefined && !hasCluster(dataDir)) {
		const found = warning(
			`No database of a server was found for ${path.resolve(dataDir)}.`,
			'Before the first start that is as it should be. Otherwise run this as the user that runs the server, with its DATA_DIR.'
		);
		return [found, ...(existsSync(keyringDir) ? await checkKeyring(keyringDir, null) : [])];
	}
	const embedded = databaseUrl === undefined ? await startEmbedded({ dataDir }) : null;
	const db = openDatabase(databaseUrl ?? embedded?.url ?? '', { max: 1 });
	try {
		await requireVersion(db);
		const cluster = embedded?.cluster ?? (await dataDirectoryOf(db));
		return [...(await checkDatabase(db, Date.now)), ...(await checkKeyring(keyringDir, cluster))];
	} finally {
		await db.close();
		await embedded?.stop();
	}
}

try {
	process.exitCode = (await examine()) ? 0 : 1;
} catch (error) {
	process.stdout.write(`doctor: ${error instanceof Error ? error.message : 'it could not look'}\n`);
	process.exitCode = 1;
}
