/** The log is an allow-list: what happened, how long it took, which code it ended with. Nothing else, ever (docs/PROTOCOL.md §6.3). */

export type LogFields = {
	readonly operation?: string;
	readonly durationMs?: number;
	readonly code?: string;
	/** A random name of one masked fault, said to the person too. */
	readonly fault?: string;
	/** Where a masked fault was thrown: functions and lines of the source, without its message. */
	readonly at?: string;
	/** One of the tasks of server/job. */
	readonly task?: string;
	/** How much was done, and how much is left. */
	readonly count?: number;
	readonly backlog?: number;
};

export type Log = {
	info(event: string, fields?: LogFields): void;
	error(event: string, fields?: LogFields): void;
};

export function createLog(write: (line: string) => void, now: () => number): Log {
	const line = (level: string, event: string, fields: LogFields = {}) => {
		const { operation, durationMs, code, fault, at, task, count, backlog } = fields;
		const time = new Date(now()).toISOString();
		write(JSON.stringify({ time, level, event, operation, durationMs, code, fault, at, task, count, backlog }));
	};
	return {
		info: (event, fields) => line('info', event, fields),
		error: (event, fields) => line('error', event, fields)
	};
}

/** The stack without the message, which may hold values, and without the folder in which the server lies. */
export function placeOf(cause: unknown): string {
	const stack = cause instanceof Error ? (cause.stack ?? '') : '';
	const places = stack.match(/^\s+at .+$/gm) ?? [];
	return places
		.slice(0, 4)
		.map((place) => place.trim().replace(/(?:file:\/\/)?\/\S*\/(server|src|build|node_modules)\//, '$1/'))
		.join(' < ');
}
