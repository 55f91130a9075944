/** The numbers as tables in Markdown, so that what a run prints can stand in docs/PERFORMANCE.md as it is. Pure. */
import type { Result } from './result.ts';
import { median } from './statistics.ts';
import type { SystemName } from './system.ts';
import type { Wanted, Workload } from './workload.ts';

/** The runs of one workload, in order. */
export type Runs = { readonly workload: Workload; readonly results: Readonly<Record<SystemName, readonly Result[]>> };

type Row = {
	readonly title: string;
	readonly unit: string;
	readonly ours: number;
	readonly baseline: number;
	readonly wanted: Wanted | undefined;
};

export function formatRatios(all: readonly Runs[]): string {
	const rows = all.flatMap((runs) => [scoreRow(runs), ...postgresRow(runs)]);
	return table(
		['workload', 'number', 'ours', 'baseline', 'ratio', 'wanted', 'aim', 'met'],
		rows.map(({ title, unit, ours, baseline, wanted }) => {
			const ratio = ours / baseline;
			return [title, unit, number(ours), number(baseline), ratio.toFixed(2), ...judge(ratio, wanted)];
		})
	);
}

/** The cells `wanted`, `aim` and `met`: empty where nothing was wanted. */
function judge(ratio: number, wanted: Wanted | undefined): readonly string[] {
	if (wanted === undefined) return ['', '', ''];
	const sign = wanted.better === 'more' ? '≥' : '≤';
	const aim = wanted.aim === undefined ? '' : `${sign} ${wanted.aim}`;
	return [`${sign} ${wanted.ratio}`, aim, meets(ratio, wanted) ? 'yes' : 'no'];
}

export function formatDetails(all: readonly Runs[]): string {
	const rows = all.flatMap(({ workload, results }) =>
		(['ours', 'baseline'] as const).map((name) => {
			const of = (read: (result: Result) => number | undefined) => middle(results[name], read);
			return [
				workload.name,
				name,
				of((result) => result.acknowledgedPerSecond),
				of((result) => result.deliveriesPerSecond),
				of((result) => result.p50Ms),
				of((result) => result.p99Ms),
				of((result) => result.bytesPerSubscriber),
				of((result) => result.serverMicros),
				of((result) => result.postgresMicros),
				of((result) => result.clientMicros),
				String(sum(results[name], (result) => result.lost)),
				String(sum(results[name], (result) => result.doubled))
			];
		})
	);
	const head = ['workload', 'system', 'acknowledged/s', 'deliveries/s', 'p50 ms', 'p99 ms', 'bytes each'];
	return table([...head, 'server CPU µs', 'Postgres CPU µs', 'generator CPU µs', 'lost', 'doubled'], rows);
}

/** Messages, subscribers and rows that were lost or came twice, over everything. */
export function faults(all: readonly Runs[]): number {
	const results = all.flatMap((runs) => [...runs.results.ours, ...runs.results.baseline]);
	return sum(results, (result) => result.lost + result.doubled);
}

export function meets(ratio: number, { ratio: wanted, better }: Wanted): boolean {
	return better === 'more' ? ratio >= wanted : ratio <= wanted;
}

function scoreRow({ workload, results }: Runs): Row {
	const score = (name: SystemName) => median(results[name].map((result) => result.score));
	return {
		title: workload.title,
		unit: workload.unit,
		ours: score('ours'),
		baseline: score('baseline'),
		wanted: workload.wanted
	};
}

/** What a message costs the database is a number of its own, wherever the workload has a wish for it. */
function postgresRow({ workload, results }: Runs): readonly Row[] {
	if (workload.wantedPostgres === undefined) return [];
	const cost = (name: SystemName) => results[name].map((result) => result.postgresMicros).filter((value) => value !== undefined);
	if (cost('ours').length === 0 || cost('baseline').length === 0) return [];
	const [ours, baseline] = [median(cost('ours')), median(cost('baseline'))];
	return [{ title: 'the same', unit: 'Postgres CPU µs per message', ours, baseline, wanted: workload.wantedPostgres }];
}

function middle(results: readonly Result[], read: (result: Result) => number | undefined): string {
	const values = results.map(read).filter((value) => value !== undefined);
	return values.length === 0 ? '' : number(median(values));
}

function sum(results: readonly Result[], read: (result: Result) => number): number {
	return results.reduce((total, result) => total + read(result), 0);
}

export function number(value: number): string {
	if (value >= 100) return Math.round(value).toLocaleString('en');
	return value.toFixed(2);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
