/** What a proof of access must sign: 32 random bytes per connection, for one try (docs/PROTOCOL.md §5). */
import { challengeLifeMs } from '#protocol/limits';

export type Challenge = {
	readonly bytes: Uint8Array;
	/** `null` the second time, and from the 60th second on. `now`: unix ms. */
	take(now: number): Uint8Array | null;
};

export function createChallenge(randomBytes: (size: number) => Uint8Array, madeAt: number): Challenge {
	const bytes = randomBytes(32);
	let taken = false;
	return {
		bytes,
		take(now) {
			if (taken) return null;
			taken = true;
			return now - madeAt < challengeLifeMs ? bytes : null;
		}
	};
}
