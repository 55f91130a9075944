/** Everything that decides who may do what, and how often; all of it in RAM of this process (docs/PROTOCOL.md §5, §16.4, §16.5). */
import type { Addresses } from './address.ts';
import { createAddresses } from './address.ts';
import type { Demand } from './demand.ts';
import { createDemand } from './demand.ts';
import type { Guesses } from './guesses.ts';
import { createGuesses } from './guesses.ts';
import type { Rates } from './rates.ts';
import { createRates } from './rates.ts';
import type { Sessions } from './sessions.ts';
import { createSessions } from './sessions.ts';
import type { Work } from './work.ts';
import { createWork } from './work.ts';

export type Access = {
	readonly sessions: Sessions;
	readonly guesses: Guesses;
	readonly rates: Rates;
	readonly work: Work;
	readonly demand: Demand;
	readonly addresses: Addresses;
};

export type AccessOptions = {
	/** K_pow of the keyring. */
	readonly workKey: Uint8Array;
	readonly socketsPerPlace: number;
	readonly now: () => number;
	readonly randomBytes: (size: number) => Uint8Array;
};

export function createAccess({ workKey, socketsPerPlace, now, randomBytes }: AccessOptions): Access {
	return {
		sessions: createSessions({ socketsPerPlace, now, randomBytes }),
		guesses: createGuesses({ now }),
		rates: createRates({ now }),
		work: createWork({ key: workKey, now, randomBytes }),
		demand: createDemand({ now }),
		addresses: createAddresses({ now, randomBytes })
	};
}
