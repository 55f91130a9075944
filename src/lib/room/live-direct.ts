/** What a Direct room needs besides: all of a Live one, and the way from browser to browser. Fetched for such rooms alone. */
import { Direct } from './direct.ts';
import { liveOf } from './live.ts';
import type { MakeLive } from './live.ts';

/** `openly`: the person has read that the other one may see their address. */
export const makeLiveDirect: (openly: boolean) => MakeLive = (openly) => (ports) => {
	// Without the server nobody answers, and whoever the way stands to can read us.
	const live = liveOf(ports, (greetings) => greetings.isLost && direct.isOpen);
	const direct: Direct = new Direct({
		...{ ...ports, openly },
		greet: () => live.greetings.renew(),
		readable: async () => {
			await live.readers.somebody();
			await live.greetings.settled();
		},
		connect: (configuration) => new RTCPeerConnection(configuration)
	});
	return { ...live, direct };
};
