/** For tests: rooms on a running server whose messages are really encrypted, as a browser's worker does it. */
import { argon2 } from 'node:crypto';
import type { Bytes } from '#protocol/bytes';
import type { Argon2 } from '../../src/lib/crypto/password.ts';
import { createKeeper } from '../../src/lib/vault/keeper.ts';
import type { TestServer } from '../testing.ts';
import type { Result, TestSocket } from '../testing-people.ts';
import { codeIn, openSocket, postOperation, text, tokenText } from '../testing-people.ts';
import { testToken } from '../tokens/testing.ts';

/** `person`: the room's maker, inside. */
export type RealRoom = { readonly code: string; readonly password: string; readonly person: TestSocket };

const author = { nick: 'Ada', colour: 3 };
const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
const bytesOf = (base64url: string): Bytes => new Uint8Array(Buffer.from(base64url, 'base64url'));

/** Node's own, several times as fast as WebAssembly's; the same bytes. */
const derive: Argon2 = ({ password, salt, m, t, p }) =>
	new Promise((resolve, reject) => {
		const parameters = { message: password, nonce: salt, parallelism: p, tagLength: 32, memory: m, passes: t };
		argon2('argon2id', parameters, (error, key) => (error === null ? resolve(new Uint8Array(key)) : reject(error)));
	});

const noWork = () => Promise.reject(new Error('nobody asks for work here'));

function must({ data, errors }: Result) {
	if (errors !== undefined) throw new Error(codeIn({ errors }));
	return data;
}

/** Opens a room, goes in, and says `words` one after the other. */
export async function fillRealRoom(server: TestServer, password: string, words: readonly string[]): Promise<RealRoom> {
	const keeper = createKeeper({ random, kdf: { derive, work: noWork }, now: Date.now });
	const { key, code, ...made } = await keeper.create({ mode: 'stored', password, roomName: 'Thursday plans', author });
	const { roomId, byte0, accessPub, shard, shardTag, card } = made;
	const ids = { roomId: text(roomId), byte0, accessPub: text(accessPub) };
	must(
		await postOperation(server, 'createRoom', {
			...ids,
			shard: text(shard),
			shardTag: text(shardTag),
			card: text(card),
			people: 20,
			token: tokenText(testToken())
		})
	);
	const person = await openSocket(server);
	const { clientNonce, proof } = await keeper.prove({ key, origin: server.origin, challenge: bytesOf(person.ack.challenge) });
	must(await person.run('joinRoom', { roomId: text(roomId), proof: text(proof), clientNonce: text(clientNonce) }));
	await keeper.enter({ key, shard, shardTag, card, author });
	for (const said of words) {
		const { envelope, mid } = await keeper.seal({ key, body: { type: 'text', text: said }, seen: [], time: Date.now() });
		await keeper.settle({ key, mids: [mid] });
		must(await person.run('post', { env: text(envelope) }));
	}
	return { code, password, person };
}
