/** Posting, reading and following a room: docs/PROTOCOL.md §17. The room is the session's, never an argument. */
import { currentSession } from '../access/current-session.ts';
import { charge, perMinute } from '../access/rates.ts';
import type { Builder, Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { RoomEvent } from '../fanout/bus.ts';
import { followRoom } from './follow.ts';
import type { History, HistoryRow } from './history.ts';
import { noBefore, readPage } from './history.ts';
import type { Posted } from './post.ts';

export function addEnvelopeFields(builder: Builder): void {
	addHistory(builder);
	addPosting(builder);
	addRoom(builder);
}

function addHistory(builder: Builder): void {
	const row = builder.objectRef<HistoryRow>('Row').implement({
		description: 'A message as the server holds it.',
		fields: (t) => ({
			seq: t.exposeInt('seq'),
			t: t.exposeInt('t', { description: 'Seconds since the room was made.' }),
			env: t.expose('env', { type: 'Bytes', nullable: true, description: 'Null when burned.' }),
			burnAt: t.exposeFloat('burnAt', { nullable: true, description: 'Unix ms.' })
		})
	});
	const history = builder.objectRef<History>('History').implement({
		fields: (t) => ({ rows: t.expose('rows', { type: [row] }), headSeq: t.exposeInt('headSeq') })
	});
	builder.queryField('history', (t) =>
		t.field({
			type: history,
			description: 'Rows in ascending order: the oldest ones above `after` when it is given, else the newest ones.',
			args: {
				before: t.arg.int({ required: false }),
				after: t.arg.int({ required: false }),
				limit: t.arg.int({ required: false, description: 'As many as the server allows, and 50 at most, when it is not given.' })
			},
			resolve: (_root, args, context) => pageOf(context, args)
		})
	);
}

/** Of a page whose size the client leaves to the server. */
const usualRows = 50;

type HistoryArgs = { readonly [Name in 'before' | 'after' | 'limit']?: number | null | undefined };

function pageOf({ services, connection }: Context, args: HistoryArgs): Promise<History> {
	const session = currentSession(connection);
	const { limits, access } = services;
	const limit = args.limit ?? Math.min(usualRows, limits.historyRows);
	const after = args.after ?? 0;
	const before = args.before ?? noBefore;
	if (limit < 1 || limit > limits.historyRows || after < 0 || before < 1) throw new Refusal('BAD_INPUT');
	charge(access.rates, `history:${session.id}`, perMinute(limits.historyPerMinute));
	return readPage(services, session.room, { after, before, limit, from: args.after == null ? 'newest' : 'oldest' });
}

function addPosting(builder: Builder): void {
	const status = builder.enumType('PostStatus', {
		values: {
			STORED: { description: 'Committed under a new number.' },
			DUP: { description: 'It was there already, under this number.' },
			RELAYED: {
				description: 'Passed on and not kept: a control envelope, without a number, or content of a Live room, with one.'
			}
		}
	});
	const posted = builder.objectRef<Posted>('Posted').implement({
		fields: (t) => ({ seq: t.exposeInt('seq'), t: t.exposeInt('t'), status: t.expose('status', { type: status }) })
	});
	builder.mutationField('postEnvelope', (t) =>
		t.field({
			type: posted,
			args: { env: t.arg({ type: 'Bytes' }), burnSeconds: t.arg.int({ required: false }) },
			resolve: (_root, { env, burnSeconds }, { services, connection }) =>
				services.posts.post({ session: currentSession(connection), env, burnSeconds: burnSeconds ?? null })
		})
	);
}

type Kind = RoomEvent['kind'];
type Of<K extends Kind> = Extract<RoomEvent, { kind: K }>;

/** Of the events of a room, in the schema. */
export const typeNames: Readonly<Record<Kind, string>> = {
	envelope: 'Envelope',
	burned: 'Burned',
	presence: 'Presence',
	knock: 'Knock',
	gone: 'Gone'
};

function addRoom(builder: Builder): void {
	const envelope = builder.objectRef<Of<'envelope'>>('Envelope').implement({
		fields: (t) => ({
			seq: t.exposeInt('seq', { description: '0 for control envelopes, which are not kept.' }),
			t: t.exposeInt('t'),
			env: t.expose('env', { type: 'Bytes' }),
			tag: t.expose('tag', {
				type: 'Bytes',
				nullable: true,
				description: "The poster's connection; null for a row that is replayed."
			}),
			burnAt: t.exposeFloat('burnAt', { nullable: true })
		})
	});
	const burned = builder.objectRef<Of<'burned'>>('Burned').implement({ fields: (t) => ({ seq: t.exposeInt('seq') }) });
	const presence = builder.objectRef<Of<'presence'>>('Presence').implement({
		fields: (t) => ({
			count: t.exposeInt('count'),
			joined: t.expose('joined', { type: ['Bytes'] }),
			left: t.expose('left', { type: ['Bytes'] })
		})
	});
	const knock = builder.objectRef<Of<'knock'>>('Knock').implement({
		description: 'Of a Direct room: somebody who knows its link and password was refused, since two are in.',
		fields: (t) => ({ t: t.exposeInt('t', { description: "Seconds from the room's start." }) })
	});
	const gone = builder.objectRef<Of<'gone'>>('Gone').implement({ fields: (t) => ({ reason: t.exposeString('reason') }) });
	const event = builder.unionType('RoomEvent', {
		types: [envelope, burned, presence, knock, gone],
		resolveType: ({ kind }) => typeNames[kind]
	});
	builder.subscriptionField('room', (t) =>
		t.field({
			type: event,
			args: { after: t.arg.int({ required: false, description: 'The highest row that the client has.' }) },
			subscribe: (_root, { after }, context) => followRoom(context, after ?? null),
			resolve: (happened) => happened
		})
	);
}
