/** Who may do what in which room: docs/PROTOCOL.md §5. Sessions live in RAM only. */

import type { Mode } from '#protocol/mode';

/** The room as a session knows it; taken from its row at the join, so that no operation names a room afterwards. Times: unix ms by this process's clock. */
export type RoomHandle = {
	readonly id: bigint;
	readonly mode: Mode;
	readonly day: number;
	/** Hex of `ref`, the keyed name of the room: key of every per-room map in RAM. Never logged. */
	readonly ref: string;
	readonly createdAt: number;
	readonly expiresAt: number;
	readonly people: number;
	readonly epoch: number;
	readonly slot: number;
	/** It ends when everybody has left. */
	readonly endsEmpty: boolean;
};

/** Whole seconds since the room was made, at `now` (unix ms). */
export function secondsIn({ createdAt }: RoomHandle, now: number): number {
	return Math.max(0, Math.floor((now - createdAt) / 1000));
}

export type Session = {
	/** Hex of H(session token). */
	readonly id: string;
	readonly room: RoomHandle;
	/** 8 random bytes, base64url: this connection's name to the others. */
	readonly tag: string;
	/** Takes no place, gets no live frames, can't post. */
	readonly watch: boolean;
	/** Set when the session was left, replaced or its room ended: every operation then answers NO_SESSION. */
	ended: boolean;
};
