/** `npm run lighthouse`: the home page as Lighthouse sees it, from the production build, on its simulated phone. Needs a build. */
import { execFileSync } from 'node:child_process';
import { createTestServer } from '../e2e/server.ts';
import { findChromium } from '../scripts/browser.mjs';

/** Not among the project's packages: it is large, and only this command wants it. */
const lighthouse = 'lighthouse@13.5.0';

const server = await createTestServer();
await server.start();
try {
	const report = execFileSync(
		'npx',
		[
			'--yes',
			lighthouse,
			server.origin,
			'--quiet',
			'--output=json',
			'--only-categories=performance,accessibility,best-practices',
			'--chrome-flags=--headless --no-sandbox --disable-gpu'
		],
		{ encoding: 'utf8', env: { ...process.env, CHROME_PATH: await findChromium() }, maxBuffer: 64_000_000 }
	);
	const { categories } = JSON.parse(report);
	for (const name of ['performance', 'accessibility', 'best-practices'])
		process.stdout.write(`${name}: ${categories[name].score}\n`);
} finally {
	await server.remove();
}
