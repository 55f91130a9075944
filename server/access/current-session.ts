/** The one way from a connection to what it may do: docs/PROTOCOL.md §5. */
import { Refusal } from '../errors.ts';
import type { Session } from './session.ts';

/** Throws `NO_SESSION` over HTTP, before a join, and after the session was left, replaced or its room ended. */
export function currentSession(connection: { readonly session: Session | null } | null): Session {
	const session = connection?.session ?? null;
	if (session === null || session.ended) throw new Refusal('NO_SESSION');
	return session;
}
