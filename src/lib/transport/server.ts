/** By the server: what Stored and Live rooms say, and the control of Direct ones. The socket's session says whose it is, and where. */
import type { BurnSeconds } from '#protocol/burn';
import { decodeBase64url, encodeBase64url } from '#protocol/base64url';
import { ask, command } from '../api/client.ts';
import type { Connection } from '../api/connection.ts';
import {
	HistoryQuery,
	LeaveMutation,
	PostEnvelopeMutation,
	PurgeRoomMutation,
	RoomSubscription,
	TurnCredentialsMutation,
	UnlockJoinsMutation
} from '../api/operations.ts';
import type { ResultOf } from 'gql.tada';
import type { Posted, RelayAccess, Row, RowQuery, Transport, TransportEvent } from './transport.ts';

type Frame = ResultOf<typeof RoomSubscription>['room'];

function toEvent(frame: Frame): TransportEvent {
	switch (frame.__typename) {
		case 'Envelope':
			return {
				is: 'envelope',
				seq: frame.seq,
				t: frame.t,
				env: decodeBase64url(frame.env),
				tag: frame.tag,
				burnAt: frame.burnAt
			};
		case 'Burned':
			return { is: 'burned', seq: frame.seq };
		case 'Presence':
			return { is: 'presence', count: frame.count, joined: frame.joined, left: frame.left };
		case 'Knock':
			return { is: 'knock' };
		case 'Gone':
			return { is: 'gone', reason: frame.reason === 'purged' ? 'purged' : 'ended' };
	}
}

export class ServerTransport implements Transport {
	readonly #connection: Connection;

	/** The connection must have joined its room. */
	constructor(connection: Connection) {
		this.#connection = connection;
	}

	get closed(): Promise<number> {
		return this.#connection.closed;
	}

	async post(envelope: Uint8Array, burnSeconds?: BurnSeconds): Promise<Posted> {
		const variables = { env: encodeBase64url(envelope), ...(burnSeconds === undefined ? {} : { burnSeconds }) };
		const { postEnvelope } = await command(this.#connection.client, PostEnvelopeMutation, variables);
		return { seq: postEnvelope.seq, t: postEnvelope.t, known: postEnvelope.status === 'DUP' };
	}

	async history({ asHeld: _always, ...query }: RowQuery): Promise<{ readonly rows: readonly Row[]; readonly headSeq: number }> {
		const { history } = await ask(this.#connection.client, HistoryQuery, query);
		const rows = history.rows.map(({ env, ...row }) => ({ ...row, env: env === null ? null : decodeBase64url(env) }));
		return { rows: rows.sort((a, b) => a.seq - b.seq), headSeq: history.headSeq };
	}

	listen(after: number, listener: (event: TransportEvent) => void): void {
		this.#connection.client.subscription(RoomSubscription, { after }).subscribe(({ data, error }) => {
			// A feed that broke can't be mended here: the next connection takes up where this one stopped.
			if (error !== undefined || data === undefined) this.close();
			else listener(toEvent(data.room));
		});
	}

	async purge(): Promise<void> {
		await command(this.#connection.client, PurgeRoomMutation, {});
	}

	async leave(): Promise<void> {
		await command(this.#connection.client, LeaveMutation, {});
	}

	async relay(): Promise<RelayAccess | null> {
		return (await command(this.#connection.client, TurnCredentialsMutation, {})).turnCredentials;
	}

	async unlock(): Promise<void> {
		await command(this.#connection.client, UnlockJoinsMutation, {});
	}

	close(): void {
		this.#connection.close();
	}
}
