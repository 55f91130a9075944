/** Loaded into both servers before their own code (`node --import`): answers how much time and memory the process has used. */

export type Usage = {
	/** User and system time since the start, in microseconds. */
	readonly cpuMicros: number;
	/** Resident memory after a full collection, in bytes; asked for with `memory` only. */
	readonly residentBytes?: number;
};

function usage(collect: boolean): Usage {
	const { user, system } = process.cpuUsage();
	if (!collect) return { cpuMicros: user + system };
	const { gc } = globalThis;
	if (gc === undefined) throw new Error('probe: expected node --expose-gc');
	// The thorough kind, which also gives back what the heap holds in reserve: otherwise the first hundreds of sockets fit into that.
	gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
	return { cpuMicros: user + system, residentBytes: process.memoryUsage.rss() };
}

process.on('message', (question) => process.send?.(usage(question === 'memory')));
// A server outlives neither its own end nor the bench.
process.channel?.unref();
process.once('disconnect', () => process.exit());
