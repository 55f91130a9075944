/** Somebody who has a room's link and tries one password after the other, without a browser: over real sockets, as fast as it goes. */
import { randomBytes } from 'node:crypto';
import { ApiFailure } from '../src/lib/api/failure.ts';
import type { FailureCode } from '../src/lib/api/failure.ts';
import { joinRoom } from '../src/lib/api/rooms.ts';
import { decodeLink } from '../src/lib/crypto/link.ts';
import { deriveRoomId } from '../src/lib/crypto/schedule.ts';
import { doorTo } from '../src/lib/room/testing-door.ts';
import type { Server } from './server.ts';

/** So many wrong ones are heard before the server asks for work with each, for ten minutes (docs/PROTOCOL.md §5). */
const atOnce = 5;
const patienceMs = 600_000;
const mostRounds = 40;

/** Guesses until the server hears nobody any more, letting its clock go on whenever it would ask for work, and back in the end. Returns how many it heard. */
export async function guessUntilLocked(server: Server, link: string): Promise<number> {
	const roomId = await deriveRoomId(decodeLink(link.split('#')[1] ?? '').secret);
	let heard = 0;
	for (let round = 0; round < mostRounds; round++) {
		const answers = await Promise.all(Array.from({ length: atOnce }, () => guess(server, roomId)));
		heard += answers.filter((code) => code === 'AUTH_FAILED').length;
		if (answers.includes('JOIN_LOCKED')) {
			await server.later(-round * patienceMs);
			return heard;
		}
		await server.later(patienceMs);
	}
	throw new Error(`guesser: never locked out, after ${heard} guesses`);
}

/** One try takes one socket. Returns the code of the refusal. */
async function guess({ origin }: Server, roomId: Uint8Array): Promise<FailureCode> {
	const connection = await doorTo(origin).connect();
	try {
		await joinRoom(connection.client, { roomId, proof: randomBytes(64), clientNonce: randomBytes(16) });
	} catch (error) {
		if (error instanceof ApiFailure) return error.code;
		throw error;
	} finally {
		connection.close();
	}
	throw new Error('guesser: sixty-four random bytes were a proof');
}
