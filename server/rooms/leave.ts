/** Leaving for good, and letting joins go on: docs/PROTOCOL.md §5, §15. */
import { currentSession } from '../access/current-session.ts';
import type { Connection } from '../context.ts';
import type { RoomPorts } from './ports.ts';
import { withdraw } from './presence.ts';

/** Ends the session, frees its place and tells the others. Throws `NO_SESSION`. */
export function leaveRoom(services: RoomPorts, connection: Connection | null): void {
	const session = currentSession(connection);
	services.access.sessions.leave(session);
	withdraw(services, session);
}

/** Somebody inside lets joins go on after too many wrong passwords. Throws `NO_SESSION`. */
export function unlockJoins({ access }: RoomPorts, connection: Connection | null): void {
	access.guesses.forget(currentSession(connection).room.ref);
}
