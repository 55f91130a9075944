/** Through the door: a fresh socket, the proof over its challenge, and work when the server asks for some (docs/PROTOCOL.md §5). */
import type { Client } from '@urql/core';
import { joinWorkDifficulty } from '#protocol/limits';
import type { Connection } from '../api/connection.ts';
import { ApiFailure } from '../api/failure.ts';
import { fetchWork, joinRoom } from '../api/rooms.ts';
import type { Proof } from '../api/rooms.ts';
import { ServerTransport } from '../transport/server.ts';
import type { KeyRef } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import { startServerClock } from './lasting.ts';
import type { Clock, Joined } from './ports.ts';
import { unlessAborted, withinTime } from './timers.ts';

/** Where the server is. */
export type Server = {
	/** For what goes over HTTP. */
	readonly http: Client;
	readonly connect: () => Promise<Connection>;
	/** What a proof is bound to, e.g. `https://rooms.example`. */
	readonly origin: string;
};

export type JoinRequest = {
	readonly server: Server;
	readonly vault: Pick<Vault, 'call'>;
	readonly clock: Clock;
	/** Unlocked. */
	readonly key: KeyRef;
	readonly roomId: Uint8Array;
	/** Token of an own session to take over. */
	readonly replaces?: Uint8Array;
	/** Takes no place and hears nothing. */
	readonly watch?: boolean;
	/** Gives up a socket that has not come about. It counts no more once the server is asked: it may have let us in. */
	readonly signal?: AbortSignal;
};

const workTries = 3;
/** The server may let a proof of work wait in a queue. */
const answerMs = 30_000;

/** Throws `ApiFailure`, `ProtocolError` and `VaultError`. */
export async function join(request: JoinRequest): Promise<Joined> {
	let work: Proof['work'];
	for (let tries = 0; ; tries++) {
		try {
			return await tryToJoin(request, work);
		} catch (error) {
			const asksForWork = error instanceof ApiFailure && (error.code === 'POW_REQUIRED' || error.code === 'POW_INVALID');
			if (!asksForWork || tries === workTries) throw error;
			work = await doWork(request);
		}
	}
}

async function doWork({ server, vault }: JoinRequest): Promise<NonNullable<Proof['work']>> {
	const { challenge, difficulty } = await fetchWork(server.http);
	const { nonce } = await vault.call('work', { challenge, difficulty: Math.max(difficulty, joinWorkDifficulty) });
	return { challenge, nonce };
}

/** What was worked for is not thrown away. */
async function reach({ server, signal }: JoinRequest, hasWorked: boolean): Promise<Connection> {
	const connecting = server.connect();
	if (signal === undefined || hasWorked) return connecting;
	return unlessAborted(connecting, signal, (late) => late.close());
}

async function tryToJoin(request: JoinRequest, work: Proof['work']): Promise<Joined> {
	const { vault, clock, key, roomId, replaces, watch } = request;
	const connection = await reach(request, work !== undefined);
	try {
		const { challenge, now } = connection;
		const serverNow = startServerClock(clock, now);
		const { clientNonce, proof } = await vault.call('prove', { key, origin: request.server.origin, challenge });
		const shown = { roomId, proof, clientNonce, ...(work && { work }), ...(replaces && { replaces }), ...(watch && { watch }) };
		const entry = await withinTime(joinRoom(connection.client, shown), answerMs);
		return { transport: new ServerTransport(connection), entry, serverNow, roomStart: serverNow() - entry.ageMs };
	} catch (error) {
		connection.close();
		throw error;
	}
}
