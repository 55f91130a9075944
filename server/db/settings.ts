/** Settings of Postgres that the server gives to the embedded one and that `npm run doctor` looks for in others: docs/PROTOCOL.md §6.3. */

/** These keep what people do out of its logs, and what was acknowledged on its disk. */
export const guardSettings: Readonly<Record<string, string>> = {
	log_statement: 'none',
	log_min_duration_statement: '-1',
	log_min_error_statement: 'panic',
	log_min_messages: 'fatal',
	log_parameter_max_length: '0',
	log_parameter_max_length_on_error: '0',
	log_connections: '',
	log_disconnections: 'off',
	log_checkpoints: 'off',
	synchronous_commit: 'on'
};

/** Sizes for a small machine. */
const sizeSettings: Readonly<Record<string, string>> = { shared_buffers: '64MB', max_connections: '50' };

export const serverSettings: Readonly<Record<string, string>> = { ...guardSettings, ...sizeSettings };
