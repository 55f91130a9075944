/** A half-typed message and how long it shall stay, kept beside their room while the composer is away: in memory only, and gone with the room. */
import type { BurnSeconds } from '#protocol/burn';
import type { RoomView } from '$lib/room/view';

const drafts = new WeakMap<RoomView, string>();

/** Empty when there is none. */
export function draftOf(room: RoomView): string {
	return drafts.get(room) ?? '';
}

export function keepDraft(room: RoomView, text: string): void {
	drafts.set(room, text);
}

const burns = new WeakMap<RoomView, BurnSeconds>();

/** What self-destruct is set to in a room, until it is changed; `null` when it is off. */
export function burnChoiceOf(room: RoomView): BurnSeconds | null {
	return burns.get(room) ?? null;
}

export function keepBurnChoice(room: RoomView, choice: BurnSeconds | null): void {
	if (choice === null) burns.delete(room);
	else burns.set(room, choice);
}

let cautionRead = false;

/** Whether a message that burns went out from this page, so that somebody has read what burning can't do. Kept nowhere else. */
export function hasReadCaution(): boolean {
	return cautionRead;
}

export function readCaution(): void {
	cautionRead = true;
}
