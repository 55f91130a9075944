/** What the way between the two browsers of a Direct room needs from outside. */
import type { Bytes } from '#protocol/bytes';
import type { Route } from '../rtc/negotiation.ts';
import type { RelayAccess } from '../transport/transport.ts';
import type { SignalBody } from '../vault/calls.ts';
import type { Later } from './hello.ts';

export type DirectPorts = {
	/** Fingerprint. */
	readonly me: string;
	/** The person has read that the other one may see their address. */
	readonly openly: boolean;
	readonly signal: (signal: Omit<SignalBody, 'type'>) => void;
	/** Resolves when what is sealed for the other one can be read by them. */
	readonly readable: () => Promise<void>;
	/** `null`: this server has no relay. Throws `ApiFailure`. */
	readonly relay: () => Promise<RelayAccess | null>;
	readonly connect: (configuration: RTCConfiguration) => RTCPeerConnection;
	readonly callId: () => Bytes;
	/** Somebody's connection, by which the server names it, while they are here by its word. */
	readonly tagOf: (fp: string) => string | null;
	/** Since the room was made, in seconds. */
	readonly seconds: () => number;
	/** Says hello once more, so that the one who offers does so again. */
	readonly greet: () => void;
	/** There is a way, by this route. */
	readonly told: (route: Route) => void;
	/** The other one is this one now, and nobody else. */
	readonly seated: (fp: string) => void;
	/** The other one is gone. */
	readonly unseated: (fp: string) => void;
	/** A third person wants in. */
	readonly stranger: (fp: string) => void;
	/** Messages can go out now, or can't any more. */
	readonly channelChanged: () => void;
	readonly later: Later;
	readonly report: (error: unknown) => void;
};
