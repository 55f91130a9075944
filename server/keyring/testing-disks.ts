/** For tests: a database cluster of its own and a folder for a keyring whose raw blocks can be copied, key or no key in them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../db/client.ts';
import { openDatabase } from '../db/client.ts';
import { startEmbedded } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { ensurePartitions } from '../db/partitions.ts';

export type Disks = {
	readonly db: Database;
	readonly databaseUrl: string;
	readonly keyringDir: string;
	/** What the keyring's copies are: blocks of a file system, or files where the system lets nobody mount one. */
	readonly medium: 'raw ext4 blocks' | 'files';
	/** As a thief with the running disk takes it; as an operator's base backup has it; the keyring's medium as it is now. */
	copyCluster(): string;
	copyBackup(): Promise<string>;
	copyKeyring(): string;
	stop(): Promise<void>;
};

const imageBytes = 16 * 1_048_576;
const dayMs = 86_400_000;

export async function openDisks(): Promise<Disks> {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-disks-'));
	// As root, Postgres runs as another user, who must get in.
	chmodSync(folder, 0o711);
	const embedded = await startEmbedded({ dataDir: path.join(folder, 'data') });
	const db = openDatabase(embedded.url, { max: 2 });
	await migrate(db);
	await ensurePartitions(db, Math.floor(Date.now() / dayMs));
	const medium = openMedium(folder);
	let copies = 0;
	const place = () => path.join(folder, `copy-${copies++}`);
	const copyCluster = () => copyFolder(embedded.cluster, place());
	return {
		db,
		databaseUrl: embedded.url,
		keyringDir: path.join(medium.mounted, 'keyring'),
		medium: medium.image === null ? 'files' : 'raw ext4 blocks',
		copyCluster,
		copyBackup: () => backUp(db, copyCluster),
		copyKeyring() {
			if (medium.image === null) return copyFolder(medium.mounted, place());
			spawnSync('sync', ['-f', medium.mounted]);
			const copy = place();
			copyFileSync(medium.image, copy);
			return copy;
		},
		async stop() {
			await db.close();
			await embedded.stop();
			if (medium.image !== null) spawnSync('umount', [medium.mounted]);
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

/** Files come and go while a server runs; what a copy misses, a thief misses. */
function copyFolder(from: string, to: string): string {
	const copied = spawnSync('cp', ['-R', from, to], { encoding: 'utf8' });
	if (copied.status !== 0 && !copied.stderr.includes('No such file')) throw new Error(copied.stderr);
	return to;
}

async function backUp({ sql }: Database, copy: () => string): Promise<string> {
	const session = await sql.reserve();
	try {
		await session`select pg_backup_start('copy', true)`;
		const place = copy();
		await session`select pg_backup_stop()`;
		return place;
	} finally {
		session.release();
	}
}

function openMedium(folder: string): { readonly mounted: string; readonly image: string | null } {
	const mounted = path.join(folder, 'medium');
	const image = path.join(folder, 'medium.ext4');
	mkdirSync(mounted);
	writeFileSync(image, '');
	truncateSync(image, imageBytes);
	const isMounted =
		process.getuid?.() === 0 &&
		spawnSync('mkfs.ext4', ['-q', image]).status === 0 &&
		spawnSync('mount', ['-o', 'loop', image, mounted]).status === 0;
	return { mounted, image: isMounted ? image : null };
}
