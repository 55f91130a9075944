/** A half-typed message, kept beside its room while the composer is away: in memory only, and gone with the room. */
import type { RoomView } from '$lib/room/view';

const drafts = new WeakMap<RoomView, string>();

/** Empty when there is none. */
export function draftOf(room: RoomView): string {
	return drafts.get(room) ?? '';
}

export function keepDraft(room: RoomView, text: string): void {
	drafts.set(room, text);
}
