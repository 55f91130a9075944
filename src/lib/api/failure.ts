/** What the server said no with, or that it did not answer at all. */
import type { CombinedError } from '@urql/core';
import { isServerCode } from '#protocol/errors';
import type { ServerCode } from '#protocol/errors';

/** `OFFLINE`: no answer came, so that what was asked may or may not have happened. */
export type FailureCode = ServerCode | 'OFFLINE';

export class ApiFailure extends Error {
	readonly code: FailureCode;

	constructor(code: FailureCode) {
		super(code);
		this.name = 'ApiFailure';
		this.code = code;
	}
}

/** A refusal without a known code counts as `INTERNAL`. */
export function toFailure(error: CombinedError): ApiFailure {
	const refusal = error.graphQLErrors[0];
	if (refusal === undefined) return new ApiFailure('OFFLINE');
	const code = refusal.extensions.code;
	return new ApiFailure(isServerCode(code) ? code : 'INTERNAL');
}
