/** Which rooms nobody has come back to: docs/PROTOCOL.md §11. Times: unix ms. */
import { emptyAfterLeaveMs, emptyAfterLossMs } from '#protocol/limits';
import type { RoomHandle } from './session.ts';

type Empty = { readonly room: RoomHandle; readonly at: number };

/** Rooms that end when everybody has left; of others it takes no note. */
export class Empties {
	readonly #rooms = new Map<string, Empty>();

	left(room: RoomHandle, now: number): void {
		this.#note(room, now + emptyAfterLeaveMs);
	}

	/** A phone that is in another app has no socket. */
	lost(room: RoomHandle, now: number): void {
		this.#note(room, now + emptyAfterLossMs);
	}

	ended(ref: string): void {
		this.#rooms.delete(ref);
	}

	/** It was taken, and could not be ended. */
	stays(room: RoomHandle, now: number): void {
		this.#note(room, now);
	}

	/** Those whose time is over, and in which `isConnected` knows nobody; each once, until somebody has been there again. */
	take(now: number, isConnected: (ref: string) => boolean): readonly RoomHandle[] {
		const due = [...this.#rooms.values()].filter(({ room, at }) => at <= now && !isConnected(room.ref));
		for (const { room } of due) this.#rooms.delete(room.ref);
		return due.map(({ room }) => room);
	}

	#note(room: RoomHandle, at: number): void {
		if (!room.endsEmpty) return;
		this.#rooms.set(room.ref, { room, at: Math.max(at, this.#rooms.get(room.ref)?.at ?? 0) });
	}
}
