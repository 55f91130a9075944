/** Through the door: a fresh socket, the proof over its challenge, and work when the server asks for some (docs/PROTOCOL.md §5). */
import { joinWorkDifficulty } from '#protocol/limits';
import { ApiFailure } from '../api/failure';
import { fetchWork, joinRoom } from '../api/rooms';
import type { Proof } from '../api/rooms';
import { StoredTransport } from '../transport/stored';
import type { KeyRef } from '../vault/calls';
import type { Vault } from '../vault/vault';
import type { Joined } from './ports';
import { pageServer, socketUrl } from './server';

export type JoinRequest = {
	readonly vault: Pick<Vault, 'call'>;
	/** Unlocked. */
	readonly key: KeyRef;
	readonly roomId: Uint8Array;
	/** Token of an own session to take over. */
	readonly replaces?: Uint8Array;
};

const workTries = 3;

/** Throws `ApiFailure`, `ProtocolError` and `VaultError`. */
export async function join(request: JoinRequest): Promise<Joined> {
	let work: Proof['work'];
	for (let tries = 0; ; tries++) {
		try {
			return await tryToJoin(request, work);
		} catch (error) {
			const asksForWork = error instanceof ApiFailure && (error.code === 'POW_REQUIRED' || error.code === 'POW_INVALID');
			if (!asksForWork || tries === workTries) throw error;
			work = await doWork(request.vault);
		}
	}
}

async function doWork(vault: JoinRequest['vault']): Promise<NonNullable<Proof['work']>> {
	const { challenge, difficulty } = await fetchWork(pageServer());
	const { nonce } = await vault.call('work', { challenge, difficulty: Math.max(difficulty, joinWorkDifficulty) });
	return { challenge, nonce };
}

async function tryToJoin({ vault, key, roomId, replaces }: JoinRequest, work: Proof['work']): Promise<Joined> {
	// Sockets are of no use on the home page, which is not to load their code.
	const { connect } = await import('../api/connection');
	const connection = await connect(socketUrl());
	try {
		const { challenge } = connection;
		const { clientNonce, proof } = await vault.call('prove', { key, origin: location.origin, challenge });
		const shown = { roomId, proof, clientNonce, ...(work && { work }), ...(replaces && { replaces }) };
		const entry = await joinRoom(connection.client, shown);
		return { transport: new StoredTransport(connection), entry, roomStart: connection.now - entry.ageMs };
	} catch (error) {
		connection.close();
		throw error;
	}
}
