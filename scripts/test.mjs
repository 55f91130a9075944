/**
 * `npm test`: everything that is checked, one after the other, and one line at the end.
 *   --long       the long forms of the proofs
 *   --times n    all tests so often, one run after the other, until one of them fails
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from './browser.mjs';
import { begin, buildPages, installPackages, root, say } from './install.mjs';

const { values } = parseArgs({ options: { long: { type: 'boolean', default: false }, times: { type: 'string', default: '1' } } });
const { long } = values;
const times = Number(values.times);
if (!(Number.isInteger(times) && times >= 1)) throw new Error('--times: expected a whole number, 1 at the least');

installPackages();
const environment = { ...process.env, CHROMIUM_PATH: await findChromium(), ...(long ? { LONG: '1' } : {}) };

/** What a runner wrote down: { passed, failed, skipped }. A run that wrote nothing counts as one failure. */
function counts(file, read) {
	try {
		return read(JSON.parse(readFileSync(path.join(root, 'test-results', file), 'utf8')));
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}
const vitest = (report) => ({
	passed: report.numPassedTests,
	failed: report.numFailedTests,
	skipped: report.numPendingTests + report.numTodoTests
});
const playwright = ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped });

/** They need a core each and nothing of each other. */
const beside = [
	{ name: 'types', script: ['check'] },
	{ name: 'lint', script: ['lint'] }
];
const steps = [
	{
		name: 'units, vectors and server',
		script: ['test:unit', '--', '--reporter=default', '--reporter=json', '--outputFile=test-results/unit.json'],
		report: ['unit.json', vitest]
	},
	{
		name: 'components and vectors in Chromium',
		script: ['test:browser', '--', '--reporter=default', '--reporter=json', '--outputFile=test-results/browser.json'],
		report: ['browser.json', vitest]
	},
	{ name: 'journeys in Chromium', script: ['test:e2e'], report: ['e2e.json', playwright] }
];

/** Resolves to whether it ended well. */
async function runStep({ name, script }) {
	say(name);
	return begin('npm', ['run', '--silent', ...script], { env: environment });
}

buildPages();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const fine of await Promise.all(beside.map(runStep))) {
	total.passed += fine ? 1 : 0;
	total.failed += fine ? 0 : 1;
}
async function count(step) {
	const fine = await runStep(step);
	const counted = counts(...step.report);
	total.passed += counted.passed;
	total.skipped += counted.skipped;
	// A runner may end badly without a failed test, for example when an error came after the last one.
	total.failed += fine ? counted.failed : Math.max(1, counted.failed);
}
for (let n = 1; n <= times && (n === 1 || total.failed === 0); n++) {
	const begun = Date.now();
	rmSync(path.join(root, 'test-results'), { recursive: true, force: true });
	// The units wait for databases and other processes a quarter of their time.
	await Promise.all(steps.slice(0, 2).map(count));
	for (const step of steps.slice(2)) await count(step);
	if (times > 1) say(`run ${n} of ${times}: ${Math.round((Date.now() - begun) / 1000)} s, ${total.failed} failed`);
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
