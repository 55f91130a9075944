/** Lets somebody into a room who proves to know its link and password: docs/PROTOCOL.md §5. */
import { setTimeout as delay } from 'node:timers/promises';
import { decodeBase64url } from '#protocol/base64url';
import { toHex } from '#protocol/bytes';
import { failedJoinDelayMs, joinWorkDifficulty } from '#protocol/limits';
import { endWhenEmpty, keepWhenEmpty } from '#protocol/live';
import type { PlanName } from '#protocol/plans';
import { clientNonceSize, proofSize, verifyProof } from '../access/proof.ts';
import { sessionTokenSize } from '../access/sessions.ts';
import type { Session } from '../access/session.ts';
import type { Solution } from '../access/work.ts';
import type { Connection } from '../context.ts';
import { Refusal } from '../errors.ts';
import { refOf } from '../keyring/ref.ts';
import type { SealContents } from '../keyring/seal.ts';
import type { RoomPorts } from './ports.ts';
import { withdraw } from './presence.ts';
import { modeOf, planOf, roomIdSize } from './room.ts';
import { armEmpty, findRoom } from './rows.ts';
import type { RoomRow } from './rows.ts';
import { openContents } from './vault.ts';

export type JoinRequest = {
	readonly roomId: Uint8Array;
	readonly proof: Uint8Array;
	readonly clientNonce: Uint8Array;
	readonly work: Solution | null;
	/** Token of an own earlier session, whose place and tag are taken over. */
	readonly replaces: Uint8Array | null;
	readonly watch: boolean;
};
export type Joined = {
	/** Whoever is given it fills it with zeros after use. */
	readonly shard: Uint8Array;
	readonly shardTag: Uint8Array;
	readonly card: Uint8Array;
	/** The session's token, 32 bytes. */
	readonly session: Uint8Array;
	readonly tag: Uint8Array;
	readonly ageMs: number;
	readonly expiresInMs: number;
	readonly headSeq: number;
	readonly cap: number | null;
	readonly used: number;
	readonly people: number;
	readonly plan: PlanName;
};

/**
 * Sets the connection's session. One try for each connection: `BAD_INPUT` when its challenge is used or too old.
 * Throws `NO_SESSION` without a socket, `ROOM_GONE`, `JOIN_LOCKED`, `POW_REQUIRED`, `POW_INVALID`, `BUSY`, `AUTH_FAILED`, `ROOM_FULL`.
 */
export async function joinRoom(services: RoomPorts, connection: Connection | null, request: JoinRequest): Promise<Joined> {
	if (connection === null) throw new Refusal('NO_SESSION');
	try {
		const joined = await admit(services, connection, request);
		services.metrics.add('joins_total');
		return joined;
	} catch (error) {
		services.metrics.add('joins_refused_total');
		throw error;
	}
}

async function admit(services: RoomPorts, connection: Connection, request: JoinRequest): Promise<Joined> {
	const startedAt = performance.now();
	const challenge = isWellFormed(request) ? connection.takeChallenge(services.now()) : null;
	if (challenge === null) throw new Refusal('BAD_INPUT');
	const ref = refOf(services.keyring, request.roomId);
	const at = services.now();
	const row = await findRoom(services.db, ref);
	if (row === null) throw new Refusal('ROOM_GONE');
	const worked = await checkWork(services, toHex(ref), request.work);
	const contents = await openContents(services.keyring, request.roomId, row);
	if (contents === null) throw new Refusal('ROOM_GONE');
	try {
		if (isProven(services, { ref: toHex(ref), worked, contents, challenge, request })) {
			const { session, token } = takePlace(services, connection, request, toRoom(row, toHex(ref), at));
			if (row.emptyPolicy === endWhenEmpty && services.access.sessions.places(toHex(ref)) > 1)
				await armEmpty(services.db, row.id);
			const headSeq = (await services.numbers.head(session.room)) ?? row.nextSeq - 1;
			return { ...describe(row, contents, session, token), headSeq };
		}
	} catch (error) {
		contents.shard.fill(0);
		throw error;
	}
	contents.shard.fill(0);
	await delay(Math.max(0, failedJoinDelayMs - (performance.now() - startedAt)));
	throw new Refusal('AUTH_FAILED');
}

function isWellFormed({ roomId, proof, clientNonce, replaces }: JoinRequest): boolean {
	const sizes = roomId.length === roomIdSize && proof.length === proofSize && clientNonce.length === clientNonceSize;
	return sizes && (replaces === null || replaces.length === sessionTokenSize);
}

/** Whether work was asked for and done. */
async function checkWork({ access }: RoomPorts, ref: string, work: Solution | null): Promise<boolean> {
	const gate = access.guesses.gate(ref);
	if (gate === 'locked') throw new Refusal('JOIN_LOCKED');
	if (gate === 'open') return false;
	if (work === null) throw new Refusal('POW_REQUIRED');
	await access.work.verify(work, { purpose: 'join', bits: joinWorkDifficulty });
	return true;
}

type Guess = {
	readonly ref: string;
	readonly worked: boolean;
	readonly contents: SealContents;
	readonly challenge: Uint8Array;
	readonly request: JoinRequest;
};

/** Asks the gate again and counts, with nothing awaited between: fifty guesses at once are fifty guesses. */
function isProven({ access, origin }: RoomPorts, { ref, worked, contents, challenge, request }: Guess): boolean {
	const gate = access.guesses.gate(ref);
	if (gate === 'locked') throw new Refusal('JOIN_LOCKED');
	if (gate === 'work' && !worked) throw new Refusal('POW_REQUIRED');
	const { roomId, clientNonce, proof } = request;
	const isRight = verifyProof({ accessPub: contents.accessPub, origin, roomId, challenge, clientNonce, proof });
	if (!isRight) access.guesses.fail(ref);
	return isRight;
}

function takePlace(services: RoomPorts, connection: Connection, request: JoinRequest, room: Session['room']) {
	const { watch, replaces } = request;
	const close = (code: number, reason: string) => connection.close(code, reason);
	const joined = tellOfThird(services, room, () => services.access.sessions.join({ room, watch, replaces, close }));
	connection.session = joined.session;
	// Nobody will ever hold this session's token: a place kept for it would stand empty.
	if (connection.closed) {
		services.access.sessions.leave(joined.session);
		withdraw(services, joined.session);
	}
	return joined;
}

/** Two people who are alone with each other should know that a third has the link: docs/PROTOCOL.md §13. */
function tellOfThird<Value>({ bus, now }: RoomPorts, room: Session['room'], join: () => Value): Value {
	try {
		return join();
	} catch (error) {
		const isThird = room.mode === 'direct' && error instanceof Refusal && error.code === 'ROOM_FULL';
		if (isThird) bus.publish(room.ref, { kind: 'knock', t: Math.floor((now() - room.createdAt) / 1000) });
		throw error;
	}
}

/** Times by this process's clock, which may be another than the database's. `at`: unix ms, when the row was asked for. */
function toRoom({ byte0, emptyPolicy, ageMs, expiresInMs, ...row }: RoomRow, ref: string, at: number): Session['room'] {
	const { id, day, people, epoch, slot } = row;
	const times = { createdAt: at - ageMs, expiresAt: at + expiresInMs };
	return { id, mode: modeOf(byte0), day, ref, ...times, people, epoch, slot, endsEmpty: emptyPolicy !== keepWhenEmpty };
}

function describe(row: RoomRow, contents: SealContents, session: Session, token: Uint8Array): Omit<Joined, 'headSeq'> {
	const { card, ageMs, expiresInMs, cap, used, people } = row;
	return {
		shard: contents.shard,
		shardTag: contents.shardTag,
		card,
		session: token,
		tag: decodeBase64url(session.tag),
		ageMs,
		expiresInMs,
		cap,
		used,
		people,
		plan: planOf(row.plan)
	};
}
