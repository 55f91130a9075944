/** Stripe's errors, as far as anything depends on which it is. */
import Stripe from 'stripe';
import { Refusal } from '../errors.ts';

/** Stripe knows nothing by that name. */
export function isMissing(error: unknown): boolean {
	return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}

/** Stripe can't be reached, or wants to be left alone: whatever is asked. */
export function isAway(error: unknown): boolean {
	return error instanceof Stripe.errors.StripeConnectionError || error instanceof Stripe.errors.StripeRateLimitError;
}

/** That Stripe can't be reached or has too much to do is nobody's fault here: try again. */
export async function asRefusal<Result>(work: Promise<Result>): Promise<Result> {
	try {
		return await work;
	} catch (error) {
		throw isPassing(error) ? new Refusal('BUSY') : error;
	}
}

function isPassing(error: unknown): boolean {
	const { StripeConnectionError, StripeRateLimitError, StripeAPIError } = Stripe.errors;
	return [StripeConnectionError, StripeRateLimitError, StripeAPIError].some((kind) => error instanceof kind);
}
