/** The walls of the house (docs/ARCHITECTURE.md §3) as data, read against the real imports. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Room → rooms that it may enter besides itself. Not listed is forbidden. Test files are exempt. */
const walls: Readonly<Record<string, readonly string[]>> = {
	'src/lib/protocol': [],
	'src/lib/back': [],
	'src/lib/crypto': ['src/lib/protocol'],
	'src/lib/vault': ['src/lib/crypto', 'src/lib/protocol'],
	'src/lib/api': ['src/lib/protocol'],
	'src/lib/storage': ['src/lib/protocol'],
	'src/lib/plan': ['src/lib/vault', 'src/lib/api', 'src/lib/storage', 'src/lib/protocol'],
	'src/lib/shell': ['src/lib/vault', 'src/lib/storage'],
	'src/lib/transport': ['src/lib/api', 'src/lib/protocol'],
	'src/lib/rtc': ['src/lib/protocol'],
	'src/lib/room': [
		'src/lib/vault',
		'src/lib/transport',
		'src/lib/storage',
		'src/lib/rtc',
		'src/lib/api',
		'src/lib/back',
		'src/lib/protocol'
	],
	'src/lib/ui': ['src/lib/back', 'src/lib/protocol', 'src/lib/i18n'],
	'src/lib/i18n': ['src/lib/protocol'],
	'src/sw': ['src/lib/shell'],
	'src/routes': [
		'src/lib/shell',
		'src/lib/room',
		'src/lib/plan',
		'src/lib/ui',
		'src/lib/i18n',
		'src/lib/back',
		'src/lib/protocol',
		'src/app.css'
	],
	'server/db': ['server/errors', 'server/log', 'src/lib/protocol'],
	'server/errors': ['src/lib/protocol'],
	'server/log': ['src/lib/protocol'],
	'server/metrics': [],
	'server/memory': [],
	'server/plans': ['src/lib/protocol'],
	'server/config': ['server/plans', 'src/lib/protocol'],
	'server/keyring': ['server/db', 'server/errors', 'src/lib/protocol'],
	'server/access': ['server/keyring', 'server/db', 'server/errors', 'src/lib/protocol'],
	'server/fanout': ['server/log', 'src/lib/protocol'],
	'server/tokens': [
		'server/access',
		'server/keyring',
		'server/db',
		'server/errors',
		'server/context',
		'server/services',
		'src/lib/protocol'
	],
	'server/billing': [
		'server/tokens',
		'server/access',
		'server/db',
		'server/errors',
		'server/log',
		'server/context',
		'server/services',
		'src/lib/protocol'
	],
	'server/rooms': [
		'server/tokens',
		'server/db',
		'server/keyring',
		'server/access',
		'server/fanout',
		'server/errors',
		'server/context',
		'server/services',
		'src/lib/protocol'
	],
	'server/envelopes': [
		'server/rooms',
		'server/access',
		'server/fanout',
		'server/db',
		'server/errors',
		'server/context',
		'server/services',
		'src/lib/protocol'
	],
	'server/turn': ['server/access', 'server/context', 'server/errors', 'server/services', 'src/lib/protocol'],
	'server/job': [
		'server/rooms',
		'server/tokens',
		'server/billing',
		'server/access',
		'server/keyring',
		'server/db',
		'server/log',
		'server/metrics',
		'server/services',
		'src/lib/protocol'
	],
	'server/graphql': [
		'server/errors',
		'server/log',
		'server/metrics',
		'server/context',
		'server/services',
		'server/access/session',
		'server/rooms/resolvers',
		'server/tokens/resolvers',
		'server/billing/resolvers',
		'server/envelopes/resolvers',
		'server/turn/resolvers',
		'server/fanout',
		'src/lib/protocol'
	],
	'server/http': ['src/lib/protocol'],
	'server/doctor': ['server/db', 'server/keyring', 'server/config', 'server/plans', 'src/lib/protocol']
};

/** What only puts things together may enter every room. */
const roots = ['server/main', 'server/app', 'server/services', 'server/context'];

type Source = { readonly file: string; readonly text: string };

function sources(folder: string): Source[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.map((name) => path.join(folder, name))
		.filter((file) => /\.(?:ts|svelte)$/.test(file) && !/\.test\.ts$|\/testing(?:-[a-z]+)?\.ts$|\.d\.ts$/.test(file))
		.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}

const all = [...sources('src'), ...sources('server')];

function importsOf({ file, text }: Source): string[] {
	const names = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
	return names.flatMap((name) => {
		if (name.startsWith('#protocol/')) return [name.replace('#protocol', 'src/lib/protocol')];
		if (name.startsWith('$lib/')) return [name.replace('$lib', 'src/lib')];
		return name.startsWith('.') ? [path.normalize(path.join(path.dirname(file), name))] : [];
	});
}

function roomOf(file: string): string | undefined {
	const plain = file.replace(/(?:\.svelte)?\.ts$|\.svelte$/, '');
	return Object.keys(walls).find((room) => plain === room || plain.startsWith(`${room}/`));
}

test('no file enters a room that its own room may not enter', () => {
	const trespasses = all.flatMap((source) => {
		const room = roomOf(source.file);
		if (room === undefined) return [];
		const allowed = [room, ...(walls[room] ?? [])];
		return importsOf(source)
			.map((target) => target.replace(/(?:\.svelte)?(?:\.ts)?(?:\?.*)?$/, ''))
			.filter((target) => !allowed.some((entry) => target === entry || target.startsWith(`${entry}/`)))
			.map((target) => `${source.file} → ${target}`);
	});
	expect(trespasses).toEqual([]);
});

test('every file of the server and of the library stands in a room', () => {
	const homeless = all
		.map((source) => source.file.replace(/\.ts$/, ''))
		.filter((file) => /^(?:server|src\/lib)\//.test(file) && roomOf(`${file}.ts`) === undefined && !roots.includes(file));
	expect(homeless).toEqual([]);
});

test('the server takes nothing from src but the protocol', () => {
	const taken = all
		.filter((source) => source.file.startsWith('server/'))
		.flatMap(importsOf)
		.filter((target) => target.startsWith('src/') && !target.startsWith('src/lib/protocol'));
	expect(taken).toEqual([]);
});

test('pure files use no clock, no randomness and no network', () => {
	const impure =
		/\bDate\.now\b|\bnew Date\(\)|performance\.now|getRandomValues|randomBytes|\bfetch\(|WebSocket|setTimeout|setInterval/;
	const pure = all.filter((source) =>
		/^src\/lib\/(?:protocol|crypto)\/|^src\/lib\/room\/(?:ledger|presence)\.ts$|^server\/rooms\/room\.ts$/.test(source.file)
	);
	expect(pure.filter((source) => impure.test(source.text)).map((source) => source.file)).toEqual([]);
});

test('only the keeper, and what opens for it, opens and seals', () => {
	const allowed = ['src/lib/vault/keeper.ts', 'src/lib/vault/envelopes.ts'];
	const users = all.filter(
		(source) =>
			!source.file.startsWith('src/lib/crypto/') &&
			/^import (?!type)[^;]*from '[^']*crypto\/(?:envelope|body|message)(?:\.ts)?'/m.test(source.text)
	);
	expect(users.map((source) => source.file).filter((file) => !allowed.includes(file))).toEqual([]);
});

test('nothing writes to the console but the log', () => {
	expect(all.filter((source) => /\bconsole\./.test(source.text)).map((source) => source.file)).toEqual([]);
});

test('no file is longer than 300 lines, the catalogue of words excepted', () => {
	const long = all.filter((source) => source.text.split('\n').length > 301 && !source.file.startsWith('src/lib/i18n/'));
	expect(long.map((source) => source.file)).toEqual([]);
});
