/** What a session in a room is given for the operator's relay: docs/PROTOCOL.md §13. */
import { currentSession } from '../access/current-session.ts';
import { charge } from '../access/rates.ts';
import type { Builder } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { TurnCredentials } from './credentials.ts';
import { makeCredentials, nameSize, turnRates } from './credentials.ts';

export function addTurnFields(builder: Builder): void {
	const credentials = builder.objectRef<TurnCredentials>('TurnCredentials').implement({
		fields: (t) => ({
			urls: t.expose('urls', { type: ['String'] }),
			username: t.exposeString('username'),
			credential: t.exposeString('credential')
		})
	});
	builder.mutationField('turnCredentials', (t) =>
		t.field({
			type: credentials,
			nullable: true,
			description: 'For the relay of this server. Null: there is none.',
			resolve: (_root, _args, { services, connection }) => {
				const session = currentSession(connection);
				const { turn, access, now, randomBytes } = services;
				if (turn === null) return null;
				if (session.watch) throw new Refusal('NO_SESSION');
				charge(access.rates, `turn:${session.id}`, turnRates.session);
				// A reload takes over the tag, with another session.
				charge(access.rates, `turn:${session.room.ref}:${session.tag}`, turnRates.person);
				return makeCredentials(turn, { now: now(), roomEndsAt: session.room.expiresAt, name: randomBytes(nameSize) });
			}
		})
	);
}
