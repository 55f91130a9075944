/** Waiting, as promises. */
import { ApiFailure } from '../api/failure.ts';
import type { Cancellable } from './reconnect.ts';

/** Resolves after `ms`, or as soon as it is cancelled. */
export function pause(ms: number): Cancellable {
	const { promise, resolve } = Promise.withResolvers<undefined>();
	const timer = setTimeout(() => resolve(undefined), ms);
	const cancel = () => {
		clearTimeout(timer);
		resolve(undefined);
	};
	return { done: promise, cancel };
}

/** `OFFLINE` when no answer came in time: it may have happened all the same. */
export async function withinTime<Value>(work: Promise<Value>, ms: number): Promise<Value> {
	const limit = pause(ms);
	const late = limit.done.then((): never => {
		throw new ApiFailure('OFFLINE');
	});
	// Whichever comes second is of no interest any more.
	late.catch(() => undefined);
	try {
		return await Promise.race([work, late]);
	} finally {
		limit.cancel();
	}
}
