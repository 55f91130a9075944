/** The log is an allow-list: what happened, how long it took, which code it ended with. Nothing else, ever (docs/PROTOCOL.md §6.3). */

export type LogFields = {
	readonly operation?: string;
	readonly durationMs?: number;
	readonly code?: string;
	/** A random name of one masked fault, said to the person too. */
	readonly fault?: string;
	/** Where a masked fault was thrown: functions and lines of the source, without its message. */
	readonly at?: string;
};

export type Log = {
	info(event: string, fields?: LogFields): void;
	error(event: string, fields?: LogFields): void;
};

export function createLog(write: (line: string) => void, now: () => number): Log {
	const line = (level: string, event: string, fields: LogFields = {}) => {
		const { operation, durationMs, code, fault, at } = fields;
		write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, operation, durationMs, code, fault, at }));
	};
	return {
		info: (event, fields) => line('info', event, fields),
		error: (event, fields) => line('error', event, fields)
	};
}
