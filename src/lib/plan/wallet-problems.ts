/** What can stop tokens from being had, each with its own sentence on the screen. */
import { ProtocolError } from '#protocol/errors';
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';
import { VaultError } from '../vault/vault-error.ts';

/**
 * `quota`: this month's are used up. `clock`: this device and the server are not in the same month. `other-key`: the server used
 * another key than the one that it publishes. `account`: no Pro under the code of this device, or not any more. `pro-hour`: there
 * is, and it has had all its tokens of this hour.
 */
export type WalletProblem =
	'quota' | 'too-fast' | 'busy' | 'server-away' | 'clock' | 'other-key' | 'account' | 'pro-hour' | 'cancelled' | 'unexpected';

export class WalletError extends Error {
	readonly problem: WalletProblem;

	constructor(problem: WalletProblem) {
		super(problem);
		this.name = 'WalletError';
		this.problem = problem;
	}
}

const byServer: Readonly<Partial<Record<FailureCode, WalletProblem>>> = {
	OFFLINE: 'server-away',
	RATE_LIMITED: 'too-fast',
	BUSY: 'busy',
	// Twice, one after the other.
	POW_INVALID: 'busy',
	// Of what it is asked here only the month can be wrong.
	BAD_INPUT: 'clock',
	ACCOUNT: 'account'
};

export function toWalletError(error: unknown): WalletError {
	if (error instanceof WalletError) return error;
	if (error instanceof ApiFailure) return new WalletError(byServer[error.code] ?? 'unexpected');
	if (error instanceof ProtocolError && error.code === 'TOKEN_PROOF') return new WalletError('other-key');
	if (error instanceof VaultError && error.code === 'CANCELLED') return new WalletError('cancelled');
	return new WalletError('unexpected');
}
