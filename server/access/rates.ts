/** Token buckets by name, in bounded memory: docs/PROTOCOL.md §17. */
import type { Rate } from '#protocol/limits';
import { Refusal } from '../errors.ts';

export type Rates = {
	/** Takes one token from the bucket `name`, or answers `false` when it is empty. A new bucket is full. */
	take(name: string, rate: Rate): boolean;
	/** Takes back a `take` that turned out not to count. */
	giveBack(name: string, rate: Rate): void;
	/** Buckets held now. */
	count(): number;
};

type Bucket = { tokens: number; at: number };

/** About 10 MB. The bucket that was used longest ago goes first: it is the likeliest to be full again. */
const maxBuckets = 65_536;

export function createRates(options: { readonly now: () => number; readonly maxBuckets?: number }): Rates {
	const buckets = new Map<string, Bucket>();
	const most = options.maxBuckets ?? maxBuckets;
	return {
		take(name, rate) {
			const now = options.now();
			const bucket = buckets.get(name) ?? { tokens: rate.burst, at: now };
			bucket.tokens = Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond);
			bucket.at = now;
			buckets.delete(name);
			buckets.set(name, bucket);
			if (buckets.size > most) dropFirst(buckets);
			if (bucket.tokens < 1) return false;
			bucket.tokens -= 1;
			return true;
		},
		giveBack(name, rate) {
			const bucket = buckets.get(name);
			// A bucket that was dropped meanwhile begins full.
			if (bucket !== undefined) bucket.tokens = Math.min(rate.burst, bucket.tokens + 1);
		},
		count: () => buckets.size
	};
}

/** The rate of a limit that is written as so many a minute, all of which may come at once. */
export function perMinute(count: number): Rate {
	return { perSecond: count / 60, burst: count };
}

function dropFirst(buckets: Map<string, Bucket>): void {
	for (const name of buckets.keys()) {
		buckets.delete(name);
		return;
	}
}

/** Throws `RATE_LIMITED` when the bucket is empty. */
export function charge(rates: Rates, name: string, rate: Rate): void {
	if (!rates.take(name, rate)) throw new Refusal('RATE_LIMITED');
}
