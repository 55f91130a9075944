/**
 * `npm run bench:endings`: many rooms end at one second while others talk, and rooms are made with their keys flushed and without.
 * docs/PERFORMANCE.md says what each number means.
 *   --quick          everything in small, to see that it works; its times mean nothing
 *   --rounds n       how often; the medians are told; 3 unless told
 *   --profile dir    the server leaves its CPU profiles there
 *   --write          the table goes into docs/PERFORMANCE.md too
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { withRun } from './document.ts';
import type { Creating } from './endings/creating.ts';
import { runCreating } from './endings/creating.ts';
import type { Ending, EndingScale } from './endings/end-of-rooms.ts';
import { runEnding } from './endings/end-of-rooms.ts';
import { endingFaults, formatEndings } from './endings/report.ts';
import type { Stage } from './stage.ts';
import { databaseConnections, openStage } from './stage.ts';

const { values: options } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		rounds: { type: 'string' },
		profile: { type: 'string' },
		write: { type: 'boolean', default: false }
	}
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const createdRooms = options.quick ? 50 : 1_000;
const scale: EndingScale = options.quick
	? { rooms: 200, messages: 20, talkingRooms: 5, leadSeconds: 4, warmSeconds: 0.5, beforeSeconds: 1 }
	: { rooms: 10_000, messages: 20, talkingRooms: 50, leadSeconds: 30, warmSeconds: 2, beforeSeconds: 10 };

const document = new URL('../docs/PERFORMANCE.md', import.meta.url);
const say = (text: string) => void process.stdout.write(`${text}\n`);

async function runAll(stage: Stage) {
	const endings: Ending[] = [];
	const creating: Creating[] = [];
	for (let round = 1; round <= rounds; round++) {
		creating.push(await runCreating(await stage.makePlace('creating'), createdRooms));
		const ours = await stage.startOurs();
		endings.push(await runEnding(ours, scale));
		await ours.stop();
		say(`round ${round} of ${rounds}\n${formatEndings({ endings: endings.slice(-1), creating: creating.slice(-1) }, scale)}\n`);
	}
	return { endings, creating };
}

function describe(): string {
	const [load = 0] = loadavg();
	const { beforeSeconds, warmSeconds } = scale;
	return [
		`Node ${process.version}, ${availableParallelism()} cores for the server, Postgres and the load generator; load average when it began: ${load.toFixed(1)}.`,
		`Medians of ${rounds}; ${warmSeconds} s to warm up, ${beforeSeconds} s before the end counted; ${databaseConnections} database connections; ${createdRooms.toLocaleString('en')} rooms made of each kind.`
	].join('\n');
}

const setting = describe();
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

const runs = await runAll(stage);
const result = formatEndings(runs, scale);
say(result);
if (options.write) {
	const today = new Date().toISOString().slice(0, 10);
	const [load = 0] = loadavg();
	const run = `${today}. ${setting} Load average when it ended: ${load.toFixed(1)}.\n\n${result}`;
	writeFileSync(document, withRun(readFileSync(document, 'utf8'), run, 'endings'));
}
await end(endingFaults(runs.endings) > 0 ? 1 : 0);
