/** `npm run doctor`: looks at the database, the keyring and the machine as the server would use them, and says what to do. Status 1 when there is a fault. */
import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import { hasCluster } from '../db/binaries.ts';
import { openDatabase } from '../db/client.ts';
import { dataDirectoryOf } from '../db/data-directory.ts';
import { startEmbedded } from '../db/embedded.ts';
import { requireVersion } from '../db/version.ts';
import { checkDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { formatFindings, ok } from './finding.ts';
import { checkKeyring } from './keyring.ts';
import { checkMachine, readMachine } from './machine.ts';
import { checkPayments } from './payments.ts';

async function examine(): Promise<boolean> {
	const config = readConfig(process.env);
	const findings = [...(await examineData(config)), ...checkMachine(readMachine(config.origin)), checkPayments(config)];
	process.stdout.write(formatFindings(findings));
	return findings.every(({ level }) => level !== 'fault');
}

/** Starting the embedded database would make one where there is none. */
async function examineData({ databaseUrl, dataDir, keyringDir }: Config): Promise<readonly Finding[]> {
	if (databaseUrl === undefined && !hasCluster(dataDir)) {
		return [ok('There is no database yet; the server makes it at its first start, and a keyring with it.')];
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
