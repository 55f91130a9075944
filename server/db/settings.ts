/** Settings of Postgres that keep what people do out of its logs, and what was acknowledged on its disk: docs/PROTOCOL.md §6.3. */

export const serverSettings: Readonly<Record<string, string>> = {
	log_statement: 'none',
	log_min_duration_statement: '-1',
	log_min_error_statement: 'panic',
	log_min_messages: 'fatal',
	log_parameter_max_length: '0',
	log_parameter_max_length_on_error: '0',
	log_connections: '',
	log_disconnections: 'off',
	log_checkpoints: 'off',
	synchronous_commit: 'on',
	shared_buffers: '64MB',
	max_connections: '50'
};
