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

/** Throws the signal's reason as soon as it is aborted; what comes of the work then is `late`'s business. */
export async function unlessAborted<Value>(
	work: Promise<Value>,
	signal: AbortSignal,
	late: (value: Value) => void = () => undefined
): Promise<Value> {
	const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
	const stop = () => resolve(undefined);
	signal.addEventListener('abort', stop);
	if (signal.aborted) stop();
	try {
		await Promise.race([work, aborted]);
		// Its failure is of no interest to whoever has stopped waiting.
		if (signal.aborted) work.then(late, () => undefined);
		signal.throwIfAborted();
		return await work;
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
