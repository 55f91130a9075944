/** For tests: the ports of this folder over a real database and keyring, and a person with a link, a password and a socket. */
import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { formatHeader, plainEnvelopeSize } from '#protocol/envelope';
import { defaultLimits } from '#protocol/limits';
import { defaultPlans } from '#protocol/plans';
import { createNumbers } from '../envelopes/numbers.ts';
import { createRings } from '../envelopes/rings.ts';
import { createAccess } from '../access/access.ts';
import { createChallenge } from '../access/challenge.ts';
import type { Session } from '../access/session.ts';
import type { Connection } from '../context.ts';
import { testDatabase } from '../db/testing.ts';
import type { RoomEvent } from '../fanout/bus.ts';
import { createMemoryBus } from '../fanout/memory-bus.ts';
import { openKeyring } from '../keyring/file-keyring.ts';
import { refOf } from '../keyring/ref.ts';
import { createMetrics } from '../metrics.ts';
import type { Services } from '../services.ts';
import { testTokenKeys, testToken } from '../tokens/testing.ts';
import type { CreateRequest } from './create.ts';
import type { Joined, JoinRequest } from './join.ts';
import { joinRoom } from './join.ts';
import type { RoomPorts } from './ports.ts';
import { openModes } from './room.ts';

const origin = 'https://rooms.example';
const storedWithPassword = 0x12;

export type House = {
	readonly ports: RoomPorts & Pick<Services, 'rings'>;
	/** Moves the process's clock; the database's goes its own way. */
	advance(ms: number): void;
	/** Events published for the room from now on. */
	listen(room: NewRoom): RoomEvent[];
	stop(): Promise<void>;
};

export async function openHouse(): Promise<House> {
	const folder = await mkdtemp(path.join(tmpdir(), 'sotto-rooms-'));
	const database = await testDatabase({ max: 8 });
	const keyring = await openKeyring(folder);
	let ahead = 0;
	const now = () => Date.now() + ahead;
	const bus = createMemoryBus();
	const access = createAccess({ workKey: keyring.workKey, socketsPerPlace: defaultLimits.socketsPerPlace, now, randomBytes });
	const limits = { ...defaultLimits, createPerMinute: 1000, peekPerMinute: 1000, workPerMinute: 1000 };
	const metrics = createMetrics();
	return {
		ports: {
			db: database.db,
			keyring,
			access,
			bus,
			rings: createRings({ bus, now }),
			numbers: createNumbers({ db: database.db, bus, now }),
			limits,
			plans: defaultPlans,
			modes: openModes,
			plansOn: true,
			tokenKeys: testTokenKeys,
			origin,
			metrics,
			now,
			randomBytes
		},
		advance: (ms) => (ahead += ms),
		listen(room) {
			const events: RoomEvent[] = [];
			bus.subscribe(toHex(refOf(keyring, room.request.roomId)), (event) => events.push(event));
			return events;
		},
		async stop() {
			await database.stop();
			await keyring.close();
			await rm(folder, { recursive: true });
		}
	};
}

export type NewRoom = { readonly request: CreateRequest; readonly accessKey: KeyObject };

/** A room as a client would ask for it, not yet opened. */
export function draftRoom(changes: Partial<CreateRequest> = {}): NewRoom {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	const accessPub = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
	const header = formatHeader({ kind: 'control', bucket: 'S', slots: false });
	const request: CreateRequest = {
		roomId: randomBytes(16),
		byte0: storedWithPassword,
		accessPub,
		shard: randomBytes(32),
		shardTag: randomBytes(16),
		lifetime: null,
		emptyPolicy: null,
		people: null,
		card: concat(header, randomBytes(plainEnvelopeSize - header.length)),
		token: testToken(),
		prefix: 'here',
		...changes
	};
	return { request, accessKey: privateKey };
}

export type Socket = Connection & {
	closed: boolean;
	readonly challenge: Uint8Array;
	readonly closings: number[];
	session: Session | null;
};

export function openSocket({ now }: Pick<RoomPorts, 'now'>): Socket {
	const challenge = createChallenge(randomBytes, now());
	const closings: number[] = [];
	return {
		challenge: challenge.bytes,
		takeChallenge: (at) => challenge.take(at),
		session: null,
		closed: false,
		closings,
		close: (code) => closings.push(code)
	};
}

/** What somebody with link and password sends. */
export function proveAccess(room: NewRoom, socket: Socket, changes: Partial<JoinRequest> = {}): JoinRequest {
	const { roomId } = room.request;
	const clientNonce = randomBytes(16);
	const host = createHash('sha256').update(origin).digest();
	const message = concat(utf8('epr/1/access-proof'), host, roomId, socket.challenge, clientNonce);
	const proof = sign(null, message, room.accessKey);
	return { roomId, proof, clientNonce, work: null, replaces: null, watch: false, ...changes };
}

export async function join(
	{ ports }: House,
	room: NewRoom,
	changes: Partial<JoinRequest> = {}
): Promise<{ readonly socket: Socket; readonly session: Session; readonly joined: Joined }> {
	const socket = openSocket(ports);
	const joined = await joinRoom(ports, socket, proveAccess(room, socket, changes));
	if (socket.session === null) throw new Error('test: joined without a session');
	return { socket, session: socket.session, joined };
}

export function badProof(): { readonly proof: Uint8Array } {
	return { proof: randomBytes(64) };
}
