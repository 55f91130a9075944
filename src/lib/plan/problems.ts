/** Which sentence a failure becomes on the plan page. */
import { ApiFailure } from '../api/failure.ts';
import type { FailureCode } from '../api/failure.ts';

export type PlanProblem =
	/** No Pro under this code: mistyped, never paid, or its time is over. */
	| 'no-pro'
	| 'voucher-used'
	| 'too-fast'
	| 'busy'
	/** What was asked may or may not have happened. */
	| 'server-away'
	/** The payment company's page has an address that this page doesn't go to. */
	| 'address'
	| 'unexpected';

export class PlanError extends Error {
	readonly problem: PlanProblem;

	constructor(problem: PlanProblem) {
		super(problem);
		this.name = 'PlanError';
		this.problem = problem;
	}
}

const byCode: Readonly<Partial<Record<FailureCode, PlanProblem>>> = {
	ACCOUNT: 'no-pro',
	VOUCHER: 'voucher-used',
	RATE_LIMITED: 'too-fast',
	BUSY: 'busy',
	OFFLINE: 'server-away'
};

export function toPlanProblem(error: unknown): PlanProblem {
	if (error instanceof PlanError) return error.problem;
	return error instanceof ApiFailure ? (byCode[error.code] ?? 'unexpected') : 'unexpected';
}
