/** Plain JavaScript for the machine's own Node (≥ 20.19): brings in what a fresh clone lacks, and says so in one line each. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const node = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

const changed = (file) => (existsSync(path.join(root, file)) ? statSync(path.join(root, file)).mtimeMs : 0);

export function say(words) {
	process.stdout.write(`sotto: ${words}\n`);
}

/** What it printed, where that is piped. */
export function run(command, args, options = {}) {
	return execFileSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
}

/** Resolves to whether it ended well. */
export function begin(command, args, options = {}) {
	const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code === 0));
	});
}

/** npm writes node_modules/.package-lock.json last, so an install that was interrupted is done again. */
export function installPackages() {
	if (
		changed('node_modules/.package-lock.json') >= changed('package-lock.json') &&
		changed('package-lock.json') > 0 &&
		existsSync(node)
	)
		return;
	say('installing packages (once, about half a minute)');
	// No package's own script runs: server/db/binaries.ts restores what the database's would.
	run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

const sources = [
	'src',
	'static',
	'server',
	'scripts/generate.ts',
	'scripts/finish-build.ts',
	'svelte.config.js',
	'vite.config.ts',
	'package-lock.json'
];
const isTest = (name) => /\.test\.ts$/.test(name);

function newest(file) {
	const whole = path.join(root, file);
	if (!existsSync(whole)) return 0;
	if (!statSync(whole).isDirectory()) return changed(file);
	return Math.max(
		0,
		...readdirSync(whole, { recursive: true, withFileTypes: true })
			// A folder changes when a file in it is made or removed; what the build itself writes beside the sources doesn't count.
			.filter((entry) => entry.isFile() && !isTest(entry.name) && !generated.has(entry.name))
			.map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs)
	);
}

const generated = new Set(['schema.graphql', 'graphql-env.d.ts', 'persisted.json']);

export function buildPages() {
	const made = changed('build/complete');
	if (made > 0 && sources.every((source) => newest(source) <= made)) return;
	say('building the pages (about ten seconds)');
	rmSync(path.join(root, 'build'), { recursive: true, force: true });
	try {
		const printed = String(run('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'pipe', 'pipe'] }));
		const kept = /^service worker: .*$/m.exec(printed);
		if (kept !== null) say(kept[0]);
	} catch (error) {
		process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
		say('the build failed; what it printed stands above');
		process.exit(1);
	}
}
