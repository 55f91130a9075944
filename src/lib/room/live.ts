/** What a room needs besides, whose messages are sealed for those who read them: fetched for such rooms alone. */
import { Acks } from './acks.ts';
import type { AcksPorts } from './acks.ts';
import type { Direct } from './direct.ts';
import type { DirectPorts } from './direct-ports.ts';
import { Greetings } from './greetings.ts';
import type { GreetingsPorts } from './greetings.ts';
import { Readers } from './readers.ts';
import type { ReadersPorts } from './readers.ts';
import { Relaying } from './relaying.ts';
import type { RelayingPorts } from './relaying.ts';

export type Live = {
	readonly acks: Acks;
	readonly greetings: Greetings;
	readonly readers: Readers;
	readonly relaying: Relaying;
	/** In a Direct room. */
	readonly direct: Direct | null;
};
export type LivePorts = AcksPorts &
	GreetingsPorts &
	Omit<ReadersPorts, 'renewed'> &
	Omit<RelayingPorts, 'readers' | 'settled'> &
	Omit<DirectPorts, 'greet' | 'readable' | 'connect' | 'openly'>;
export type MakeLive = (ports: LivePorts) => Live;

/** `needsNobody`: what is written now waits for nobody's answer. */
export function liveOf(ports: LivePorts, needsNobody: (greetings: Greetings) => boolean): Live {
	const greetings = new Greetings(ports);
	const settled = async () => needsNobody(greetings) || greetings.settled();
	const readers = new Readers({ ...ports, renewed: () => greetings.renew() });
	const relaying = new Relaying({ ...ports, readers, settled });
	return { acks: new Acks(ports), greetings, readers, relaying, direct: null };
}

export const makeLive: MakeLive = (ports) => liveOf(ports, () => false);
