/** For tests: rooms with their keys, and people with sockets, down to the messages that they send. */
import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { concat, utf8 } from '#protocol/bytes';
import type { EnvelopeHeader } from '#protocol/envelope';
import { envelopeSize, formatHeader } from '#protocol/envelope';
import type { DocumentName } from './testing-documents.ts';
import type { TokenClaim } from './rooms/create.ts';
import { documents, hashOf } from './testing-documents.ts';
import type { TestServer } from './testing.ts';
import { testToken } from './tokens/testing.ts';

const storedWithPassword = 0x12;

/** `cap` null: no limit of messages. `byte0`: a stored room with a password when absent. */
export type RoomOptions = { readonly people?: number; readonly cap?: number | null; readonly byte0?: number };

export type TestRoom = { readonly roomId: Uint8Array; readonly accessKey: KeyObject };

/** Opened over HTTP, as a browser does it. */
export async function openRoom(server: TestServer, options: RoomOptions = {}): Promise<TestRoom> {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	const roomId = randomBytes(16);
	const result = await postOperation(server, 'createRoom', {
		roomId: text(roomId),
		byte0: options.byte0 ?? storedWithPassword,
		accessPub: text(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
		shard: text(randomBytes(32)),
		shardTag: text(randomBytes(16)),
		card: text(makeEnvelope({ kind: 'control' })),
		people: options.people ?? (options.byte0 === undefined ? 20 : null),
		token: tokenText(testToken())
	});
	if (result.errors !== undefined) throw new Error(`createRoom: ${codeIn(result)}`);
	if (options.cap !== undefined)
		await server.services.db.sql`update rooms set cap = ${options.cap} where id = (select max(id) from rooms)`;
	return { roomId, accessKey: privateKey };
}

/** Random bytes with the outside of an envelope. */
export function makeEnvelope(changes: Partial<EnvelopeHeader> = {}): Buffer {
	const header: EnvelopeHeader = { kind: 'content', bucket: 'S', slots: false, ...changes };
	return Buffer.from(concat(formatHeader(header), randomBytes(envelopeSize(header) - 4)));
}

/** As it goes over the wire. */
export function tokenText({ type, period, nonce, output }: TokenClaim): Values {
	return { type, period, nonce: text(nonce), output: text(output) };
}

export function text(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('base64url');
}

type Values = Readonly<Record<string, unknown>>;
// What comes over the wire in tests is looked at field by field, each test knowing what it asked for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;
export type Result = {
	readonly data?: Loose;
	readonly errors?: readonly { readonly message: string; readonly extensions?: Loose }[];
};

export function codeIn(result: Result): string | undefined {
	return result.errors?.[0]?.extensions?.code;
}

export function persisted(document: string, variables: Values = {}) {
	return { query: '', variables, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(document) } } };
}

export async function postOperation(server: TestServer, name: DocumentName, variables: Values = {}): Promise<Result> {
	const { query: _, ...body } = persisted(documents[name], variables);
	return postBody(server, body);
}

export async function postBody(server: Pick<TestServer, 'host'>, body: unknown): Promise<Result> {
	const headers = { 'content-type': 'application/json', accept: 'application/json' };
	const response = await fetch(`http://${server.host}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
	return (await response.json()) as Result;
}

type Message = { readonly id?: string; readonly type: string; readonly payload?: unknown };
type Closing = { readonly code: number; readonly reason: string };

/** One socket of a client, down to its messages. */
export class TestSocket {
	readonly ws: WebSocket;
	readonly closed: Promise<Closing>;
	/** What the ack said. */
	ack: { readonly v: number; readonly challenge: string; readonly now: number } = { v: 0, challenge: '', now: 0 };
	readonly #listeners = new Map<string, (message: Message) => void>();
	#count = 0;

	constructor(ws: WebSocket) {
		this.ws = ws;
		this.closed = new Promise((resolve) => ws.on('close', (code, reason) => resolve({ code, reason: String(reason) })));
		ws.on('message', (data) => {
			const message = JSON.parse(String(data)) as Message;
			this.#listeners.get(message.id ?? message.type)?.(message);
		});
	}

	listen(idOrType: string, listener: (message: Message) => void): void {
		this.#listeners.set(idOrType, listener);
	}

	send(message: unknown): void {
		this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
	}

	/** The first result of an operation, or its error in the same form. */
	run(name: DocumentName, variables: Values = {}, id = `op${this.#count++}`): Promise<Result> {
		return this.ask(persisted(documents[name], variables), id);
	}

	ask(payload: unknown, id = `op${this.#count++}`): Promise<Result> {
		return new Promise((resolve) => {
			this.listen(id, (message) => {
				if (message.type === 'next') resolve(message.payload as Result);
				if (message.type === 'error') resolve({ errors: message.payload as NonNullable<Result['errors']> });
			});
			this.send({ id, type: 'subscribe', payload });
		});
	}

	follow(variables: Values = {}, id = 'room', name: DocumentName = 'room'): Following {
		const following = new Following();
		this.listen(id, (message) => following.take(message));
		this.send({ id, type: 'subscribe', payload: persisted(documents[name], variables) });
		return following;
	}

	async close(): Promise<void> {
		this.ws.close(1000);
		await this.closed;
	}
}

/** A `room` subscription: everything that came, and a way to wait for more. */
export class Following {
	readonly events: Loose[] = [];
	error: string | undefined;
	completed = false;
	#waiting: (() => void)[] = [];

	take({ type, payload }: Message): void {
		if (type === 'next') this.events.push((payload as Result).data.room ?? (payload as Result).data);
		if (type === 'error') this.error = codeIn({ errors: payload as NonNullable<Result['errors']> });
		if (type === 'next' && (payload as Result).errors !== undefined) this.error = codeIn(payload as Result);
		if (type === 'complete') this.completed = true;
		for (const wake of this.#waiting.splice(0)) wake();
	}

	get seqs(): number[] {
		return this.events.filter((event) => event?.__typename === 'Envelope' && event.seq > 0).map((event) => event.seq);
	}

	async until(done: (following: Following) => boolean): Promise<this> {
		while (!done(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		return this;
	}
}

export async function openSocket(
	server: Pick<TestServer, 'host' | 'origin'>,
	options: { origin?: string; protocol?: string; init?: boolean } = {}
): Promise<TestSocket> {
	const ws = new WebSocket(`ws://${server.host}/graphql`, options.protocol ?? 'graphql-transport-ws', {
		origin: options.origin ?? server.origin,
		perMessageDeflate: false
	});
	const socket = new TestSocket(ws);
	await once(ws, 'open');
	if (options.init === false) return socket;
	await new Promise<void>((resolve) => {
		socket.listen('connection_ack', ({ payload }) => {
			socket.ack = payload as TestSocket['ack'];
			resolve();
		});
		void socket.closed.then(() => resolve());
		socket.send({ type: 'connection_init' });
	});
	return socket;
}

export function proofFor(server: Pick<TestServer, 'origin'>, room: TestRoom, challenge: string): Values {
	const clientNonce = randomBytes(16);
	const host = createHash('sha256').update(server.origin).digest();
	const message = concat(utf8('epr/1/access-proof'), host, room.roomId, Buffer.from(challenge, 'base64url'), clientNonce);
	return { roomId: text(room.roomId), proof: text(sign(null, message, room.accessKey)), clientNonce: text(clientNonce) };
}

/** A person in the room: a socket with a session. */
export async function join(server: TestServer, room: TestRoom, changes: Values = {}): Promise<TestSocket> {
	const socket = await openSocket(server);
	const result = await socket.run('joinRoom', { ...proofFor(server, room, socket.ack.challenge), ...changes });
	if (result.errors !== undefined) throw new Error(`joinRoom: ${codeIn(result)}`);
	return socket;
}
