/** Opens a room: docs/PROTOCOL.md §6.2, §17. */
import { timingSafeEqual } from 'node:crypto';
import { parseByte0 } from '#protocol/mode';
import { planNames } from '#protocol/plans';
import type { Plan, PlanName } from '#protocol/plans';
import type { Token } from '#protocol/tokens';
import { isCurrent } from '#protocol/tokens';
import { isSafeAccessPub } from '../access/proof.ts';
import { charge, perMinute } from '../access/rates.ts';
import { Refusal } from '../errors.ts';
import { refOf } from '../keyring/ref.ts';
import { shardSize, shardTagSize } from '../keyring/seal.ts';
import type { SealContents } from '../keyring/seal.ts';
import type { RoomPorts } from './ports.ts';
import { agreeTerms, dayOf, epochOf, isCard, planNumber, roomIdSize } from './room.ts';
import type { Terms, Wish } from './room.ts';
import { redeemToken } from '../tokens/issue.ts';
import { findRoom, insertRoom, lookAhead } from './rows.ts';
import type { Inserted, Obstacle, NewRoom, Spent } from './rows.ts';
import { openContents, sealContents } from './vault.ts';

export type CreateRequest = Wish &
	SealContents & {
		readonly roomId: Uint8Array;
		readonly card: Uint8Array;
		/** What pays for the room; without a meaning where plans are off. */
		readonly token: TokenClaim | null;
		/** Name of the caller's network, for the rate limit. */
		readonly prefix: string;
	};
/** A token as it was sent: `type` should be an index of `planNames`. */
export type TokenClaim = Omit<Token, 'plan'> & { readonly type: number };
export type Created = { readonly expiresInMs: number };

/**
 * Idempotent: the same room id, access key and shard tag get the answer again. Fills the request's shard with zeros, whatever
 * comes of it (§6.3). Throws `RATE_LIMITED`, `BAD_INPUT`, `TOKEN_INVALID`, `TOKEN_SPENT` when the token has opened another room,
 * or `ROOM_EXISTS` for another room under the same id.
 */
export async function createRoom(services: RoomPorts, request: CreateRequest): Promise<Created> {
	try {
		return await open(services, request);
	} catch (error) {
		if (isTokenRefusal(error)) services.metrics.add('tokens_refused_total');
		throw error;
	} finally {
		request.shard.fill(0);
	}
}

function isTokenRefusal(error: unknown): boolean {
	return error instanceof Refusal && (error.code === 'TOKEN_INVALID' || error.code === 'TOKEN_SPENT');
}

/** A device whose storage was put back has a month of used tokens, and goes through them in one try. */
const callsPerRoom = 6;

async function open(services: RoomPorts, request: CreateRequest): Promise<Created> {
	const { access, limits, plans, metrics } = services;
	const rate = perMinute(limits.createPerMinute);
	charge(access.rates, `create-calls:${request.prefix}`, perMinute(limits.createPerMinute * callsPerRoom));
	charge(access.rates, `create:${request.prefix}`, rate);
	const paid = readToken(services, request.token);
	const plan = paid?.plan ?? 'pro';
	const terms = agreeTerms(plans[plan], paid === null ? withLifetime(plans.pro, request) : request, services.modes);
	if (terms === null || !isWellFormed(request)) throw new Refusal('BAD_INPUT');
	const spent = paid === null ? null : { ...paid, nullifier: redeemToken(services.tokenKeys, paid) };
	const inserted = await insertSealed(services, request, { terms, plan, spent });
	if (inserted === 'token spent') access.rates.giveBack(`create:${request.prefix}`, rate);
	if (typeof inserted === 'string') return answerAgain(services, request, inserted);
	metrics.add('rooms_opened_total');
	if (spent !== null) metrics.add('tokens_redeemed_total');
	return inserted;
}

/** Where nobody pays, nobody need choose a lifetime of a stored room either: the longest listed one. */
function withLifetime({ lifetimesSeconds }: Plan, wish: Wish): Wish {
	if (parseByte0(wish.byte0)?.mode !== 'stored') return wish;
	return { ...wish, lifetime: wish.lifetime ?? Math.max(...lifetimesSeconds) };
}

/** `null` where nobody pays. Throws `TOKEN_INVALID` for none, for one of no plan, and for one whose month is over or not yet begun. */
function readToken({ plansOn, now }: RoomPorts, claim: TokenClaim | null): Token | null {
	if (!plansOn) return null;
	const plan = claim === null ? undefined : planNames[claim.type];
	if (claim === null || plan === undefined || !isCurrent(claim.period, now())) throw new Refusal('TOKEN_INVALID');
	return { ...claim, plan };
}

function isWellFormed({ roomId, accessPub, shard, shardTag, card }: CreateRequest): boolean {
	const sizes = roomId.length === roomIdSize && shard.length === shardSize && shardTag.length === shardTagSize;
	return sizes && isSafeAccessPub(accessPub) && isCard(card);
}

type Agreed = { readonly terms: Terms; readonly plan: PlanName; readonly spent: Spent | null };

/**
 * Slot first, then the row with the token's nullifier. What can be known before costs no slot, and the slot of a room that did not
 * come to be is freed; where nobody knows, since the database's answer was lost, that is left to the job (`job/slots.ts`).
 */
async function insertSealed(services: RoomPorts, request: CreateRequest, { terms, plan, spent }: Agreed): Promise<Inserted> {
	const { db, keyring, randomBytes } = services;
	const { roomId, card } = request;
	const ref = refOf(keyring, roomId);
	const before = await lookAhead(db, ref, spent);
	if (before.obstacle !== null) return before.obstacle;
	const expiresAt = before.seconds + terms.lifetimeSeconds;
	const epoch = epochOf(expiresAt);
	const slot = await keyring.create(epoch, ref);
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
		plan: planNumber(plan),
		card,
		spent
	};
	const inserted = await insertRoom(db, room);
	if (typeof inserted === 'string') await keyring.wipe(epoch, slot, ref);
	return inserted;
}

/** A room that has ended keeps its name until its row is deleted, a second later: until then it is another room's, even to its maker. */
async function answerAgain({ db, keyring }: RoomPorts, request: CreateRequest, inserted: Obstacle): Promise<Created> {
	const row = await findRoom(db, refOf(keyring, request.roomId));
	const contents = row === null ? null : await openContents(keyring, request.roomId, row);
	const other = new Refusal(inserted === 'token spent' ? 'TOKEN_SPENT' : 'ROOM_EXISTS');
	if (row === null || contents === null) throw other;
	contents.shard.fill(0);
	const isSame = timingSafeEqual(contents.accessPub, request.accessPub) && timingSafeEqual(contents.shardTag, request.shardTag);
	if (!isSame) throw other;
	return { expiresInMs: row.expiresInMs };
}
