/** Counters and gauges in Prometheus text form, without a label that could name a room or a person. */

export type CounterName =
	| 'messages_stored_total'
	| 'messages_relayed_total'
	| 'messages_repeated_total'
	| 'messages_refused_total'
	| 'deliveries_total'
	| 'rooms_opened_total'
	| 'rooms_ended_total'
	| 'tokens_issued_total'
	| 'tokens_redeemed_total'
	| 'tokens_refused_total'
	| 'joins_total'
	| 'joins_refused_total'
	| 'slow_readers_total'
	| 'payment_news_total'
	| 'payment_news_refused_total'
	| 'payments_returned_total'
	| 'faults_total';

/** The tasks of server/job: the values of the one label there is. */
export const taskNames = [
	'expiry',
	'empty',
	'people',
	'remains',
	'burns',
	'presence',
	'rings',
	'partitions',
	'hours',
	'slots',
	'billing',
	'clock'
] as const;
export type TaskName = (typeof taskNames)[number];

export type TaskCounterName = 'job_runs_total' | 'job_done_total' | 'job_failures_total' | 'job_seconds_total';

export type Metrics = {
	add(name: CounterName, amount?: number): void;
	addTask(name: TaskCounterName, task: TaskName, amount: number): void;
	/** What the task's last run left over. */
	setBacklog(task: TaskName, backlog: number): void;
	/** A value that is asked for when somebody looks. */
	gauge(name: string, help: string, read: () => number): void;
	text(): string;
};

const help: Readonly<Record<CounterName, string>> = {
	messages_stored_total: 'Content envelopes committed.',
	messages_relayed_total: 'Envelopes passed on and not stored: control, and content of Live rooms.',
	messages_repeated_total: 'Envelopes that were there already.',
	messages_refused_total: 'Envelopes refused, for whatever reason.',
	deliveries_total: 'Frames handed to sockets.',
	rooms_opened_total: 'Rooms made.',
	rooms_ended_total: 'Rooms ended, by purge or time.',
	tokens_issued_total: 'Free tokens given out for work.',
	tokens_redeemed_total: 'Tokens that rooms were opened with.',
	tokens_refused_total: 'Tokens that were not good, or had been used.',
	joins_total: 'Joins that succeeded.',
	joins_refused_total: 'Joins refused.',
	slow_readers_total: 'Sockets closed because they did not keep up.',
	payment_news_total: 'Webhooks of the payment company that were its own, repeated ones included.',
	payment_news_refused_total: 'Webhooks that were not, or were too old.',
	payments_returned_total: 'Payments returned: the account had a subscription already, or its checkout was not known here.',
	faults_total: 'Masked faults.'
};

const taskHelp: Readonly<Record<TaskCounterName, string>> = {
	job_runs_total: 'Runs of a task of the job, by `task`.',
	job_done_total: 'Things that a task of the job has done: rooms ended, rows deleted, and so on.',
	job_failures_total: 'Runs of a task of the job that failed.',
	job_seconds_total: 'Time that a task of the job has taken.'
};
const backlogHelp = 'Things that the last run of a task of the job left over, counted up to 1,000.';

type Sample = readonly [labels: string, value: number];

function block(name: string, kind: 'counter' | 'gauge', words: string, samples: readonly Sample[]): string {
	const lines = samples.map(([labels, value]) => `sotto_${name}${labels} ${value}\n`);
	return `# HELP sotto_${name} ${words}\n# TYPE sotto_${name} ${kind}\n${lines.join('')}`;
}

export function createMetrics(): Metrics {
	const values = new Map<string, number>();
	const gauges: { readonly name: string; readonly help: string; readonly read: () => number }[] = [];
	const add = (key: string, amount: number) => values.set(key, (values.get(key) ?? 0) + amount);
	const sample = (name: string, labels: string): Sample => [labels, values.get(name + labels) ?? 0];
	const byTask = (name: string) => taskNames.map((task) => sample(name, labelOf(task)));
	return {
		add: (name, amount = 1) => add(name, amount),
		addTask: (name, task, amount) => add(name + labelOf(task), amount),
		setBacklog: (task, backlog) => values.set(`job_backlog${labelOf(task)}`, backlog),
		gauge: (name, words, read) => gauges.push({ name, help: words, read }),
		text: () =>
			[
				...Object.entries(help).map(([name, words]) => block(name, 'counter', words, [sample(name, '')])),
				...Object.entries(taskHelp).map(([name, words]) => block(name, 'counter', words, byTask(name))),
				block('job_backlog', 'gauge', backlogHelp, byTask('job_backlog')),
				...gauges.map((gauge) => block(gauge.name, 'gauge', gauge.help, [['', gauge.read()]]))
			].join('')
	};
}

function labelOf(task: TaskName): string {
	return `{task="${task}"}`;
}
