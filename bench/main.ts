/**
 * `npm run bench`: our server beside a bare one, on this machine, in this run. docs/PERFORMANCE.md says what each number means.
 *   --quick          everything in small, to see that it works; its numbers mean nothing
 *   --only a,b       these workloads only
 *   --rounds n       how often each workload meets each system; 3 unless told
 *   --profile dir    both servers leave their CPU profiles there
 *   --write          the tables go into docs/PERFORMANCE.md too
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { withRun } from './document.ts';
import { measureRedeem, wantedRedeemMs } from './redeem.ts';
import type { Runs } from './report.ts';
import { faults, formatDetails, formatRatios } from './report.ts';
import type { Result, Scale } from './result.ts';
import { fullScale, quickScale } from './result.ts';
import type { Pair, Stage } from './stage.ts';
import { databaseConnections, openStage, raisedLimits, raisedTo } from './stage.ts';
import { systemNames } from './system.ts';
import type { SystemName } from './system.ts';
import type { Workload } from './workload.ts';
import { workloads } from './workloads/all.ts';

const { values: options } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		only: { type: 'string' },
		rounds: { type: 'string' },
		profile: { type: 'string' },
		write: { type: 'boolean', default: false }
	}
});
const only = options.only?.split(',');
const chosen = workloads.filter(({ name }) => only?.includes(name) ?? true);
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const scale = options.quick ? quickScale : fullScale;
if (chosen.length === 0) throw new Error(`--only: expected some of ${workloads.map(({ name }) => name).join(', ')}`);

/** Of the tokens made for a round, this part is measured by itself. */
const redeemShare = 8;
const document = new URL('../docs/PERFORMANCE.md', import.meta.url);
const say = (text: string) => void process.stdout.write(`${text}\n`);

async function runAll(stage: Stage): Promise<Runs[]> {
	const all: Runs[] = [];
	const pair = await stage.start();
	const ownServers = (workload: Workload) => workload.plans === true || (scale.fresh && workload.fresh === true);
	for (const workload of chosen.filter((each) => !ownServers(each)))
		all.push(await runWorkload(workload, () => Promise.resolve(pair)));
	await pair.stop();
	for (const workload of chosen.filter(ownServers))
		all.push(await runWorkload(workload, () => (workload.plans === true ? stage.startPlans(scale.tokens) : stage.start())));
	return all;
}

/** Ours, baseline, ours, baseline …: what slows the machine down for a while slows both. */
async function runWorkload(workload: Workload, pairOf: () => Promise<Pair>): Promise<Runs> {
	const results: Record<SystemName, Result[]> = { ours: [], baseline: [] };
	for (let round = 1; round <= rounds; round++) {
		const pair = await pairOf();
		for (const name of systemNames) {
			const result = await workload.run(pair[name], scale);
			results[name].push(result);
			say(`${workload.name}, round ${round}, ${name}: ${Math.round(result.score * 100) / 100} ${workload.unit}`);
		}
		if (workload.plans === true || (scale.fresh && workload.fresh === true)) await pair.stop();
	}
	return { workload, results };
}

function describe({ warmMs, windowMs }: Scale): string {
	const [load = 0] = loadavg();
	const limits = Object.keys(raisedLimits).map((name) => `\`${name}\``);
	return [
		`Node ${process.version}, ${availableParallelism()} cores for both servers, Postgres and the load generator; load average when it began: ${load.toFixed(1)}.`,
		`Medians of ${rounds}; ${warmMs} ms to warm up, ${windowMs} ms counted; ${databaseConnections} database connections for each server.`,
		`Raised for ours to ${raisedTo}: ${limits.join(', ')}; its rooms have no cap of messages, and 32,767 places.`
	].join('\n');
}

/** Beside the rooms that are paid for. */
function redeemLine(workloads: readonly Workload[]): string {
	if (!workloads.some(({ plans }) => plans === true)) return '';
	const ms = measureRedeem(scale.tokens / redeemShare);
	const met = ms <= wantedRedeemMs ? 'met' : 'not met';
	return `\n\nRedeeming a token takes the server's thread ${ms.toFixed(2)} ms at the median (wanted: at most ${wantedRedeemMs}; ${met}).`;
}

const setting = describe(scale);
say(setting);
if (!existsSync(new URL('../build/handler.js', import.meta.url)))
	throw new Error('bench: expected a build; run npm run build first');
const stage = await openStage(options.profile === undefined ? {} : { profileDir: options.profile });

/** However the bench ends, no server and no database stays behind. */
async function end(exitCode: number): Promise<never> {
	await stage.end();
	return process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(1));
// A refusal in the middle of a workload is thrown where the socket is read.
process.once('uncaughtException', (error) => {
	process.stderr.write(`bench: ${error.message}\n`);
	void end(1);
});

const all = await runAll(stage);
const tables = `${formatRatios(all)}\n\n${formatDetails(all)}${redeemLine(chosen)}`;
say(`\n${tables}`);
if (options.write) {
	const today = new Date().toISOString().slice(0, 10);
	writeFileSync(document, withRun(readFileSync(document, 'utf8'), `${today}. ${setting}\n\n${tables}`));
}
await end(faults(all) > 0 ? 1 : 0);
