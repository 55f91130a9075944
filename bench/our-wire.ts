/** Our API (docs/PROTOCOL.md §5, §17): graphql-transport-ws, spoken by hand, with the operations of our own client by their hash. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatByte0 } from '#protocol/mode';
import type { TokenClaim } from '../server/rooms/create.ts';
import type { Connection } from './connection.ts';
import { roomId } from './connection.ts';
import type { Room } from './room.ts';
import { proveAccess } from './room.ts';
import type { Wire } from './wire.ts';

const challengeSize = 32;

/** Operation name → hash, out of what the build wrote for the server. */
function readHashes(): ReadonlyMap<string, string> {
	const file = new URL('../server/graphql/persisted.json', import.meta.url);
	const documents: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
	return new Map(
		Object.entries(documents).map(([hash, text]) => [/(?:query|mutation|subscription) (\w+)/.exec(text)?.[1] ?? '', hash])
	);
}

/** What the baseline has no words for. */
export type OurWire = Wire & {
	peekText(id: string, room: Room): string;
	/** Greets and joins; resolves to whether the server let us in. */
	tryToEnter(connection: Connection, room: Room): Promise<boolean>;
};

/** `origin`: the one that the server is configured with. `nextToken`: what pays for a room; absent where plans are off. */
export function createOurWire(origin: string, nextToken?: () => TokenClaim): OurWire {
	const hashes = readHashes();
	/** The order of the keys is that of our client's exchanges. */
	const text = (id: string, operationName: string, variables: object) => {
		const sha256Hash = hashes.get(operationName);
		if (sha256Hash === undefined) throw new Error(`operations: expected one named ${operationName}; run npm run generate`);
		const payload = { query: '', operationName, variables, extensions: { persistedQuery: { version: 1, sha256Hash } } };
		return JSON.stringify({ id, type: 'subscribe', payload });
	};
	const originHash = createHash('sha256').update(origin).digest();
	const meet = async (connection: Connection) => {
		connection.send('{"type":"connection_init"}');
		return parseChallenge(await connection.greeting);
	};
	const joinText = (id: string, room: Room, challenge: Buffer) => {
		const { proof, clientNonce } = proveAccess(room, originHash, challenge);
		return text(id, 'JoinRoom', { roomId: letters(room.id), proof: letters(proof), clientNonce: letters(clientNonce) });
	};
	return {
		address: (port) => ({ port, path: '/graphql', protocol: 'graphql-transport-ws' }),
		async greet(connection) {
			await meet(connection);
		},
		async enter(connection, room) {
			await connection.request('j0', joinText('j0', room, await meet(connection)));
			await connection.subscribe(text(roomId, 'Room', { after: 0 }));
		},
		async tryToEnter(connection, room) {
			const answer = await connection.attempt('j0', joinText('j0', room, await meet(connection)));
			return !isRefusal(answer);
		},
		peekText: (id, room) => text(id, 'Peek', { roomId: letters(room.id) }),
		createText: (id, room) =>
			text(id, 'CreateRoom', {
				roomId: letters(room.id),
				byte0: formatByte0({ mode: room.mode, password: true }),
				accessPub: letters(room.accessPub),
				shard: letters(room.shard),
				shardTag: letters(room.shardTag),
				card: letters(room.card),
				...(nextToken === undefined ? {} : { token: tokenText(nextToken()) })
			}),
		postText: (id, env) => text(id, 'PostEnvelope', { env }),
		historyText: (id, before) => text(id, 'History', { before, limit: 50 })
	};
}

/** Whether the answer to an operation says that it was not done. */
export function isRefusal(answer: string): boolean {
	return answer.includes('"errors"') || answer.includes('"type":"error"');
}

function tokenText({ type, period, nonce, output }: TokenClaim) {
	return { type, period, nonce: letters(nonce), output: letters(output) };
}

function letters(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('base64url');
}

function parseChallenge(text: string): Buffer {
	const message: { payload?: { challenge?: string } } = JSON.parse(text);
	const challenge = Buffer.from(message.payload?.challenge ?? '', 'base64url');
	if (challenge.length !== challengeSize)
		throw new Error(`greeting: expected a challenge of ${challengeSize} bytes, got ${challenge.length}`);
	return challenge;
}
