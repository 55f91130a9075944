/** `npm run doctor`: looks at the database, the keyring and the machine as the server would use them, and says what to do. Status 1 when there is a fault. */
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/client.ts';
import { dataDirectoryOf } from '../db/data-directory.ts';
import { startEmbedded } from '../db/embedded.ts';
import { requireVersion } from '../db/version.ts';
import { checkDatabase } from './database.ts';
import { formatFindings } from './finding.ts';
import { checkKeyring } from './keyring.ts';
import { checkMachine, readMachine } from './machine.ts';

async function examine(): Promise<boolean> {
	const config = readConfig(process.env);
	const embedded = config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
	const db = openDatabase(config.databaseUrl ?? embedded?.url ?? '', { max: 1 });
	try {
		await requireVersion(db);
		const findings = [
			...(await checkDatabase(db, Date.now)),
			...(await checkKeyring(config.keyringDir, embedded?.cluster ?? (await dataDirectoryOf(db)))),
			...checkMachine(readMachine(config.origin))
		];
		process.stdout.write(formatFindings(findings));
		return findings.every(({ level }) => level !== 'fault');
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
