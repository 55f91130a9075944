/**
 * Makes the build fit its policy (docs/PROTOCOL.md §18): Kit's inline bootstrap script becomes boot.<hash>.js, one file for every page,
 * which before all else takes the link's fragment out of the address (§3) and then asks the disk for kept rooms. Each page names the
 * scripts that it begins with. Fails when something inline is left.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const build = fileURLToPath(new URL('../build/', import.meta.url));

/**
 * src/lib/room/fragment.ts takes it from there. Only /r is reached by links with a secret: elsewhere a # is an anchor. Some mail
 * filters write %23 for it, which makes the code part of the path.
 */
const takeFragment = `{
	const inPath = /^\\/r%23(.+)$/i.exec(location.pathname);
	const fragment = inPath !== null ? inPath[1] : /^\\/r(\\/|$)/.test(location.pathname) ? location.hash.slice(1) : '';
	if (fragment !== '') {
		globalThis[Symbol.for('sotto.fragment')] = fragment;
		history.replaceState(history.state, '', inPath === null ? location.pathname : '/r');
	}
}
`;

/** For machines that look at a site from outside or install it, and the service worker, which browsers keep themselves. */
const notKept = new Set(['/robots.txt', '/service-worker.js', '/shot-narrow.png', '/shot-wide.png']);
/** A first visit on a phone fetches all of it, behind the page. */
const mostSent = 1_000_000;
const immutable = '/_app/immutable';
const inlineScript = /<script>([\s\S]*?)<\/script>/g;

function writeCompressed(file: string, text: string): void {
	writeFileSync(file, text);
	writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
	writeFileSync(`${file}.br`, brotliCompressSync(text));
}

type Chunk = { readonly name?: string; readonly file: string };

/** Of a chunk, by its name, in `build/client`. */
function fileOf(name: string): string {
	const manifest = fileURLToPath(new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url));
	const chunks = Object.values(JSON.parse(readFileSync(manifest, 'utf8')) as Readonly<Record<string, Chunk>>);
	const found = chunks.find((chunk) => chunk.name === name);
	if (found === undefined) throw new Error(`expected a chunk named ${name}`);
	return found.file;
}

const pages = readdirSync(path.join(build, 'prerendered'), { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.html'))
	.map((name) => path.join(build, 'prerendered', name));

const bootstraps = new Set(
	pages.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(inlineScript)].map(([, script = '']) => script.trim()))
);
const [bootstrap] = bootstraps;
if (bootstrap === undefined || bootstraps.size > 1) throw new Error(`expected one bootstrap script, got ${bootstraps.size}`);
/** What the disk and the key worker are asked first: src/lib/room/kept-ahead.ts, by the name of its chunk in vite.config.ts. */
const ahead = `/${fileOf('ahead')}`;
if (importsOf(ahead).length > 0) throw new Error(`${ahead}: it would wait for ${importsOf(ahead).join(', ')}`);
const boot = `${takeFragment}import(${JSON.stringify(ahead)});\n${bootstrap}\n`;
// By its hash: no page may get that of another version.
const bootUrl = `${immutable}/boot.${createHash('sha256').update(boot).digest('hex').slice(0, 16)}.js`;
writeCompressed(path.join(build, 'client', bootUrl), boot);

/** Kit fetches the page of errors as it starts, and in traces drew no other before it had come: it comes with the rest. */
function errorsOf(): string {
	const name = readdirSync(path.join(build, 'client', immutable, 'nodes')).find((each) => /^1\..*\.js$/.test(each));
	if (name === undefined) throw new Error('expected a page of errors');
	return `${immutable}/nodes/${name}`;
}

/** The scripts that this one can't run without. */
function importsOf(url: string): readonly string[] {
	const code = readFileSync(path.join(build, 'client', url), 'utf8');
	return [...code.matchAll(/(?:from|import)\s*"(\.\.?\/[^"]+\.js)"/g)].map(([, file = '']) =>
		path.posix.join(path.posix.dirname(url), file)
	);
}

/** Kit names most of what a page begins with, and not all: what is named by nobody costs a way to the server and back. */
function preloadAll(html: string): string {
	const named = [...html.matchAll(/<link href="([^"]+)" rel="modulepreload">/g)].map(([, url = '']) => url);
	const wanted = new Set([ahead, ...named, errorsOf()]);
	// The set grows meanwhile, and what is new is looked at too.
	for (const url of wanted) for (const needed of importsOf(url)) wanted.add(needed);
	const links = [...wanted].filter((url) => !named.includes(url)).map((url) => `<link href="${url}" rel="modulepreload">`);
	return html.replace('</head>', `${links.join('')}</head>`);
}

for (const page of pages) {
	// It stays where it was: Kit starts in the element that holds it.
	const html = preloadAll(readFileSync(page, 'utf8').replace(inlineScript, `<script src="${bootUrl}"></script>`));
	if (/\sstyle=|<style|<script>|\son[a-z]+=/.test(html)) throw new Error(`${path.basename(page)}: something inline is left`);
	writeCompressed(page, html);
}

/** Everything that a page may load, by its address; the service worker itself is none of it. */
function listFiles(): ReadonlyMap<string, string> {
	const [client, prerendered] = [path.join(build, 'client'), path.join(build, 'prerendered')];
	const filesOf = (folder: string) =>
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !/\.(?:gz|br)$/.test(entry.name))
			.map((entry) => path.join(entry.parentPath, entry.name));
	const urlOf = (folder: string, file: string) => `/${path.relative(folder, file).split(path.sep).join('/')}`;
	const found = new Map<string, string>();
	for (const file of filesOf(prerendered)) found.set(urlOf(prerendered, file).replace(/(?:^\/index)?\.html$/, '') || '/', file);
	for (const file of filesOf(client)) if (!notKept.has(urlOf(client, file))) found.set(urlOf(client, file), file);
	return found;
}

function sizeOf(file: string): number {
	return existsSync(file) ? statSync(file).size : 0;
}

const listed = listFiles();
const whole = [...listed.values()].reduce((sum, file) => sum + sizeOf(file), 0);
const sent = [...listed.values()].reduce((sum, file) => sum + (sizeOf(`${file}.br`) || sizeOf(file)), 0);
const kilobytes = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
const words = `service worker: keeps ${listed.size} files, ${kilobytes(sent)} over the network, ${kilobytes(whole)} on the disk`;
if (sent > mostSent) throw new Error(`${words}: expected at most ${kilobytes(mostSent)} over the network`);
process.stdout.write(`${words}\n`);
const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('base64url');
const files = Object.fromEntries([...listed].map(([url, file]) => [url, hashOf(file)] as const));
const release = { version: createHash('sha256').update(JSON.stringify(files)).digest('base64url').slice(0, 16), files };
const worker = path.join(build, 'client', 'service-worker.js');
const code = readFileSync(worker, 'utf8');
if (code.split('RELEASE').length !== 2) throw new Error('service worker: expected the word RELEASE once');
writeCompressed(
	worker,
	code.replace('RELEASE', () => JSON.stringify(release))
);

// Written last: a build without this mark is not complete (scripts/start.mjs).
rmSync(path.join(build, 'complete'), { force: true });
writeFileSync(path.join(build, 'complete'), '');
