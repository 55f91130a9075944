/** A session's subscription to its room. */
import { currentSession } from '../access/current-session.ts';
import { charge, perMinute } from '../access/rates.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { FeedStream } from '../fanout/room-feed.ts';
import { announce, present } from '../rooms/presence.ts';
import { readBacklog } from './history.ts';

/**
 * `after`: the highest row that the client has, or `null` to hear of new ones only. Throws `NO_SESSION` (also for sessions
 * that only watch), `BAD_INPUT`, `ROOM_GONE`, `RATE_LIMITED`.
 */
export function followRoom({ services, connection, outlet }: Context, after: number | null): Promise<FeedStream> {
	const session = currentSession(connection);
	if (session.watch || outlet === null) throw new Refusal('NO_SESSION');
	if (after !== null && after < 0) throw new Refusal('BAD_INPUT');
	const { access, limits, feeds } = services;
	charge(access.rates, `history:${session.id}`, perMinute(limits.historyPerMinute));
	const { room } = session;
	return feeds.open({
		ref: room.ref,
		outlet,
		after: after ?? 0,
		session,
		passing: room.mode !== 'stored',
		first: () => {
			announce(services, session);
			const joined = present(services, room.ref);
			return { kind: 'presence', count: joined.length, joined, left: [] };
		},
		backlog: () => readBacklog(services, room, after ?? 0, after === null ? 0 : limits.replayRows)
	});
}
