/** Opens a room: docs/PROTOCOL.md §6.2, §17. */
import { timingSafeEqual } from 'node:crypto';
import { isSafeAccessPub } from '../access/proof.ts';
import { charge, perMinute } from '../access/rates.ts';
import { Refusal } from '../errors.ts';
import { refOf } from '../keyring/ref.ts';
import { shardSize, shardTagSize } from '../keyring/seal.ts';
import type { SealContents } from '../keyring/seal.ts';
import type { RoomPorts } from './ports.ts';
import { agreeTerms, dayOf, epochOf, isCard, planNumber, roomIdSize } from './room.ts';
import type { Terms, Wish } from './room.ts';
import { databaseSeconds, findRoom, insertRoom } from './rows.ts';
import type { NewRoom } from './rows.ts';
import { openContents, sealContents } from './vault.ts';

export type CreateRequest = Wish &
	SealContents & {
		readonly roomId: Uint8Array;
		readonly card: Uint8Array;
		/** A token that pays for the room; tokens are not given out yet, so none is good. */
		readonly token: object | null;
		/** Name of the caller's network, for the rate limit. */
		readonly prefix: string;
	};
export type Created = { readonly expiresInMs: number };

/**
 * Idempotent: the same room id, access key and shard tag get the answer again. Fills the request's shard with zeros, whatever
 * comes of it (§6.3). Throws `RATE_LIMITED`, `BAD_INPUT`, `TOKEN_INVALID`, or `ROOM_EXISTS` for another room under the same id.
 */
export async function createRoom(services: RoomPorts, request: CreateRequest): Promise<Created> {
	try {
		return await open(services, request);
	} finally {
		request.shard.fill(0);
	}
}

async function open(services: RoomPorts, request: CreateRequest): Promise<Created> {
	const { access, limits, plans, metrics } = services;
	charge(access.rates, `create:${request.prefix}`, perMinute(limits.createPerMinute));
	const terms = agreeTerms(plans.free, request);
	if (terms === null || !isWellFormed(request)) throw new Refusal('BAD_INPUT');
	if (request.token !== null) throw new Refusal('TOKEN_INVALID');
	const made = await insertSealed(services, request, terms);
	if (made === null) return answerAgain(services, request);
	metrics.add('rooms_opened_total');
	return made;
}

function isWellFormed({ roomId, accessPub, shard, shardTag, card }: CreateRequest): boolean {
	const sizes = roomId.length === roomIdSize && shard.length === shardSize && shardTag.length === shardTagSize;
	return sizes && isSafeAccessPub(accessPub) && isCard(card);
}

/** Slot first, then the row; a slot whose row did not come to be is freed. `null` when the name is taken. */
async function insertSealed(services: RoomPorts, request: CreateRequest, terms: Terms): Promise<Created | null> {
	const { db, keyring, randomBytes } = services;
	const { roomId, card } = request;
	const expiresAt = (await databaseSeconds(db)) + terms.lifetimeSeconds;
	const epoch = epochOf(expiresAt);
	const ref = refOf(keyring, roomId);
	const slot = await keyring.create(epoch, ref);
	let made: Created | null = null;
	try {
		const place = { roomId, byte0: terms.byte0, epochHour: epoch };
		const sealed = await sealContents(keyring, { place, slot, ref, contents: request, randomBytes });
		const room: NewRoom = {
			...terms,
			ref,
			epoch,
			day: dayOf(expiresAt),
			slot,
			sealed,
			expiresAt,
			plan: planNumber('free'),
			card
		};
		made = await insertRoom(db, room);
		return made;
	} finally {
		if (made === null) await keyring.wipe(epoch, slot, ref);
	}
}

/** A room that has ended keeps its name until its row is deleted, a second later: until then it is another room's, even to its maker. */
async function answerAgain({ db, keyring }: RoomPorts, request: CreateRequest): Promise<Created> {
	const row = await findRoom(db, refOf(keyring, request.roomId));
	const contents = row === null ? null : await openContents(keyring, request.roomId, row);
	if (row === null || contents === null) throw new Refusal('ROOM_EXISTS');
	contents.shard.fill(0);
	const isSame = timingSafeEqual(contents.accessPub, request.accessPub) && timingSafeEqual(contents.shardTag, request.shardTag);
	if (!isSame) throw new Refusal('ROOM_EXISTS');
	return { expiresInMs: row.expiresInMs };
}
