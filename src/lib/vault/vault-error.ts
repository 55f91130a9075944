/** What goes wrong with the workers themselves, apart from them: so that it can be told of without starting any. */
/** `CANCELLED`: by `call('cancel', {})`. `FAULT`: the worker failed, could not be started or was terminated. */
export class VaultError extends Error {
	readonly code: 'CANCELLED' | 'FAULT';

	constructor(code: 'CANCELLED' | 'FAULT') {
		super(`vault: ${code.toLowerCase()}`);
		this.name = 'VaultError';
		this.code = code;
	}
}
