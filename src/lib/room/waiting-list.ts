/** What waits to be sent, by room, in the rooms that nobody is in: docs/PROTOCOL.md §15. */
import { device } from '../storage/database.ts';
import { claimIdentity } from '../storage/identity-lock.ts';
import type { KeptListed } from './kept-list.svelte.ts';
import { sayEntering } from './kept-word.ts';
import { createWaiting } from './waiting.ts';
import type { WaitingDraft } from './waiting.ts';

export type RoomWaiting = {
	readonly room: KeptListed;
	/** In the order of writing; empty where the room asks for its password, which also keeps what waits in it from being read here. */
	readonly drafts: readonly WaitingDraft[];
	/** Others: on their way, or of a room that asks for its password. */
	readonly others: number;
};

export async function readWaiting(rooms: readonly KeptListed[]): Promise<readonly RoomWaiting[]> {
	const all = await Promise.all(
		rooms.map(async (room) => {
			const drafts = room.asks ? [] : await createWaiting(device.onDisk, room.localId).read();
			return { room, drafts, others: Math.max(0, room.unsent - drafts.length) };
		})
	);
	return all.filter(({ drafts, others }) => drafts.length + others > 0);
}

/** `false` when it is on its way, or another tab is in that room and may be sending it. */
export async function discardWaiting({ storageKey, localId }: KeptListed, n: number): Promise<boolean> {
	// Whoever speaks in it for nobody stops.
	sayEntering(localId);
	const lock = await claimIdentity(storageKey);
	if (lock === null) return false;
	try {
		return await createWaiting(device.onDisk, localId).drop(n);
	} finally {
		lock();
	}
}
