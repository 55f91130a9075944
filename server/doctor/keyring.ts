/** The keyring's place and rights: docs/PROTOCOL.md §6.1. */
import { stat } from 'node:fs/promises';
import { checkFolder, checkMedium } from '../keyring/check.ts';
import type { Finding } from './finding.ts';
import { fault, ok, warning } from './finding.ts';

/**
 * `cluster`: the data directory of Postgres; `null` when it isn't known or not on this machine. `mediumOf`: what is to be said of
 * the file system. Changes nothing.
 */
export async function checkKeyring(folder: string, cluster: string | null, mediumOf = medium): Promise<readonly Finding[]> {
	const faults = await checkFolder(folder, cluster === null ? [] : [cluster]);
	if (faults.length > 0) return faults.map(({ fault: what, remedy }) => fault(what, remedy));
	return [
		ok(`The keyring in ${folder} is whole, and open to nobody else.`),
		await mediumOf(folder),
		await volume(folder, cluster)
	];
}

async function medium(folder: string): Promise<Finding> {
	if (process.platform !== 'linux')
		return warning(
			'Whether the keyring’s file system overwrites in place can’t be seen here.',
			'APFS and ReFS don’t: use a volume that does.'
		);
	const found = await checkMedium(folder);
	return found === null
		? ok('The keyring’s file system is none that is known to keep old bytes.')
		: fault(found.fault, found.remedy);
}

async function volume(folder: string, cluster: string | null): Promise<Finding> {
	if (cluster === null || (await deviceOf(folder)) !== (await deviceOf(cluster)))
		return ok('Keyring and database lie on different volumes.');
	return warning(
		'Keyring and database lie on one volume: whoever copies that volume has both.',
		'For anything that matters set KEYRING_DIR to a volume of its own, encrypted, without snapshots or backups.'
	);
}

/** `null` when there is no such folder here: the database is on another machine. */
async function deviceOf(folder: string): Promise<number | null> {
	return stat(folder).then(
		({ dev }) => dev,
		() => null
	);
}
