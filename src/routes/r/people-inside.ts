import type { RoomView } from '$lib/room/view';

/** Everybody who hasn't left, those without a name yet included. */
export function peopleInside(room: Pick<RoomView, 'people' | 'unnamed'>): number {
	return room.people.filter((person) => person.presence !== 'left').length + room.unnamed;
}
