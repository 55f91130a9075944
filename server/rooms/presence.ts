/** Tells a room who came and went, by connection tags: docs/PROTOCOL.md §8. */
import type { Session } from '../access/session.ts';
import type { Services } from '../services.ts';

type Ports = Pick<Services, 'access' | 'bus'>;

/** To be called when the session's subscription stands. Says "joined" once per tag, and again after it was gone; a reload within 5 s says nothing. */
export function announce({ access, bus }: Ports, session: Session): void {
	if (!access.sessions.announce(session)) return;
	const { ref } = session.room;
	bus.publish(ref, { kind: 'presence', count: access.sessions.present(ref).length, joined: [session.tag], left: [] });
}

/** The session left, or has had no connection for 5 s: whether that was for good they tell by their own words, or by not coming back. */
export function withdraw({ access, bus }: Ports, session: Session): void {
	if (!access.sessions.withdraw(session)) return;
	const { ref } = session.room;
	bus.publish(ref, { kind: 'presence', count: access.sessions.present(ref).length, joined: [], left: [session.tag] });
}

/** The tags that the others were told of: what a new subscription begins with. */
export function present({ access }: Pick<Services, 'access'>, ref: string): readonly string[] {
	return access.sessions.present(ref);
}

/** To be called every second. Gives back how many have gone. */
export function withdrawLapsed(ports: Ports): number {
	const lapsed = ports.access.sessions.lapse();
	for (const session of lapsed) withdraw(ports, session);
	return lapsed.length;
}
