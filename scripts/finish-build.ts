/**
 * Makes the build fit its policy (docs/PROTOCOL.md §18): Kit's inline bootstrap script becomes /boot.js, one file for every page,
 * which before all else takes the link's fragment out of the address (§3). Fails when something inline is left.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

const inlineScript = /<script>([\s\S]*?)<\/script>/g;

function writeCompressed(file: string, text: string): void {
	writeFileSync(file, text);
	writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
	writeFileSync(`${file}.br`, brotliCompressSync(text));
}

const pages = readdirSync(path.join(build, 'prerendered'), { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.html'))
	.map((name) => path.join(build, 'prerendered', name));
const bootstraps = new Set<string>();

for (const page of pages) {
	const html = readFileSync(page, 'utf8').replace(inlineScript, (_, script: string) => {
		bootstraps.add(script.trim());
		// It stays where it was: Kit starts in the element that holds it.
		return '<script src="/boot.js"></script>';
	});
	if (/\sstyle=|<style|<script>|\son[a-z]+=/.test(html)) throw new Error(`${path.basename(page)}: something inline is left`);
	writeCompressed(page, html);
}
const [bootstrap] = bootstraps;
if (bootstrap === undefined || bootstraps.size > 1) throw new Error(`expected one bootstrap script, got ${bootstraps.size}`);
writeCompressed(path.join(build, 'client', 'boot.js'), `${takeFragment}${bootstrap}\n`);

// Written last: a build without this mark is not complete (scripts/start.mjs).
rmSync(path.join(build, 'complete'), { force: true });
writeFileSync(path.join(build, 'complete'), '');
