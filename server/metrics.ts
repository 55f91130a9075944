/** Counters and gauges in Prometheus text form, without a label that could name a room or a person. */

export type CounterName =
	| 'messages_stored_total'
	| 'messages_relayed_total'
	| 'messages_repeated_total'
	| 'messages_refused_total'
	| 'deliveries_total'
	| 'rooms_opened_total'
	| 'rooms_ended_total'
	| 'joins_total'
	| 'joins_refused_total'
	| 'slow_readers_total'
	| 'faults_total';

export type Metrics = {
	add(name: CounterName, amount?: number): void;
	/** A value that is asked for when somebody looks. */
	gauge(name: string, help: string, read: () => number): void;
	text(): string;
};

const help: Readonly<Record<CounterName, string>> = {
	messages_stored_total: 'Content envelopes committed.',
	messages_relayed_total: 'Control envelopes passed on.',
	messages_repeated_total: 'Envelopes that were there already.',
	messages_refused_total: 'Envelopes refused, for whatever reason.',
	deliveries_total: 'Frames handed to sockets.',
	rooms_opened_total: 'Rooms made.',
	rooms_ended_total: 'Rooms ended, by purge or time.',
	joins_total: 'Joins that succeeded.',
	joins_refused_total: 'Joins refused.',
	slow_readers_total: 'Sockets closed because they did not keep up.',
	faults_total: 'Masked faults.'
};

export function createMetrics(): Metrics {
	const counters = new Map<CounterName, number>();
	const gauges: { readonly name: string; readonly help: string; readonly read: () => number }[] = [];
	const block = (name: string, kind: string, words: string, value: number) =>
		`# HELP sotto_${name} ${words}\n# TYPE sotto_${name} ${kind}\nsotto_${name} ${value}\n`;
	return {
		add: (name, amount = 1) => counters.set(name, (counters.get(name) ?? 0) + amount),
		gauge: (name, words, read) => gauges.push({ name, help: words, read }),
		text: () =>
			Object.entries(help)
				.map(([name, words]) => block(name, 'counter', words, [...counters].find(([key]) => key === name)?.[1] ?? 0))
				.concat(gauges.map((gauge) => block(gauge.name, 'gauge', gauge.help, gauge.read())))
				.join('')
	};
}
