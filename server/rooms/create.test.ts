import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes';
import { plainEnvelopeSize } from '#protocol/envelope';
import { refOf } from '../keyring/ref.ts';
import { createRoom } from './create.ts';
import type { CreateRequest } from './create.ts';
import { findRoom } from './rows.ts';
import { testToken } from '../tokens/testing.ts';
import type { House } from './testing.ts';
import { draftRoom, openHouse } from './testing.ts';
import { openContents } from './vault.ts';

const thirtyDays = 30 * 86_400;
let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house.stop());

const create = (request: CreateRequest) => createRoom(house.ports, request);

async function rowCount(roomId: Uint8Array): Promise<number> {
	const ref = refOf(house.ports.keyring, roomId);
	return (await house.ports.db.sql`select 1 from rooms where ref = ${ref}`).length;
}

test('a room with the defaults lasts 30 days, holds 20 people and 50 messages', async () => {
	const { request } = draftRoom();
	const { expiresInMs } = await create(request);
	expect(expiresInMs).toBeGreaterThan((thirtyDays - 5) * 1000);
	expect(expiresInMs).toBeLessThanOrEqual(thirtyDays * 1000);
	const row = await findRoom(house.ports.db, refOf(house.ports.keyring, request.roomId));
	expect(row).toMatchObject({ people: 20, cap: 50, used: 0, nextSeq: 1, plan: 0, byte0: 0x12 });
	const expiresAt = (row?.expiresAt ?? 0) / 1000;
	expect(Number.isInteger(expiresAt)).toBe(true);
	expect(row?.epoch).toBe(Math.floor((expiresAt - 1) / 3600));
	expect(row?.day).toBe(Math.floor((expiresAt - 1) / 86_400));
});

test('the row holds the sealed shard, which opens with the keyring, and nothing of it in clear; the request keeps none', async () => {
	const { request } = draftRoom();
	const shard = new Uint8Array(request.shard);
	await create(request);
	expect(request.shard).toEqual(Buffer.alloc(32));
	const { db, keyring } = house.ports;
	const [row] = await db.sql<
		{ text: string }[]
	>`select rooms::text as text from rooms where ref = ${refOf(keyring, request.roomId)}`;
	for (const secret of [shard, request.shardTag, request.accessPub, request.roomId]) {
		expect(row?.text).not.toContain(toHex(secret));
	}
	const found = await findRoom(db, refOf(keyring, request.roomId));
	const contents = found === null ? null : await openContents(keyring, request.roomId, found);
	expect(toHex(contents?.shard ?? new Uint8Array())).toBe(toHex(shard));
});

test('asking again with the same room id, access key and shard tag gets the answer again and makes no second row', async () => {
	const { request } = draftRoom();
	await create(request);
	const again = await create({ ...request, card: draftRoom().request.card });
	expect(again.expiresInMs).toBeGreaterThan(0);
	expect(await rowCount(request.roomId)).toBe(1);
});

test('another room under the same id is ROOM_EXISTS, whichever secret differs', async () => {
	const { request } = draftRoom();
	await create(request);
	await expect(create({ ...request, shardTag: randomBytes(16) })).rejects.toThrow('ROOM_EXISTS');
	await expect(create({ ...request, accessPub: draftRoom().request.accessPub })).rejects.toThrow('ROOM_EXISTS');
});

test('fifty people who open rooms under one id at once get one room, and one of them', async () => {
	const roomId = randomBytes(16);
	const answers = await Promise.allSettled(Array.from({ length: 50 }, () => create(draftRoom({ roomId }).request)));
	expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
	expect(
		answers.filter((answer) => answer.status === 'rejected' && String(answer.reason) === 'Refusal: ROOM_EXISTS')
	).toHaveLength(49);
	expect(await rowCount(roomId)).toBe(1);
});

test('fifty retries of one request at once all get the answer', async () => {
	const { request } = draftRoom();
	const answers = await Promise.allSettled(Array.from({ length: 50 }, () => create(request)));
	expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(50);
	expect(await rowCount(request.roomId)).toBe(1);
});

test.each<[string, Partial<CreateRequest>]>([
	['a mode that there is not', { byte0: 0x1e }],
	['a stored room without a password', { byte0: 0x10 }],
	['another version', { byte0: 0x22 }],
	['a reserved bit', { byte0: 0x13 }],
	['a number that is not a byte', { byte0: 0x112 }],
	['one person', { people: 1 }],
	['21 people', { people: 21 }],
	['seven days, which Free can not choose', { lifetime: 7 * 86_400 }],
	['no time at all', { lifetime: 0 }],
	['an end when everybody left', { emptyPolicy: 1 }],
	['a short room id', { roomId: randomBytes(15) }],
	['a short shard', { shard: randomBytes(31) }],
	['a long shard tag', { shardTag: randomBytes(17) }],
	['a short access key', { accessPub: randomBytes(31) }],
	['an access key that everybody could sign for', { accessPub: Uint8Array.of(1, ...new Uint8Array(31)) }],
	['a short card', { card: draftRoom().request.card.subarray(1) }],
	['a card of content kind', { card: Uint8Array.of(1, 0, 0, 0, ...new Uint8Array(plainEnvelopeSize - 4)) }],
	['a card with slots', { card: Uint8Array.of(1, 1, 0, 1, ...new Uint8Array(2000)) }]
])('%s is refused as BAD_INPUT and leaves no row', async (_, changes) => {
	const { request } = draftRoom(changes);
	await expect(create(request)).rejects.toThrow('BAD_INPUT');
	expect(await rowCount(request.roomId)).toBe(0);
});

test('without a token there is no room', async () => {
	await expect(create(draftRoom({ token: null }).request)).rejects.toThrow('TOKEN_INVALID');
});

test('the eleventh room of a network within a minute is RATE_LIMITED, and another network is not', async () => {
	const ports = { ...house.ports, limits: { ...house.ports.limits, createPerMinute: 10 } };
	for (let i = 0; i < 10; i++) await createRoom(ports, draftRoom({ prefix: 'busy' }).request);
	await expect(createRoom(ports, draftRoom({ prefix: 'busy' }).request)).rejects.toThrow('RATE_LIMITED');
	await createRoom(ports, draftRoom({ prefix: 'calm' }).request);
});

/** A keyring that tells of its slots. `together`: nobody goes on with a slot before so many have one. */
function watchSlots(together = 1) {
	const { keyring } = house.ports;
	const [created, wiped]: [number[], number[]] = [[], []];
	const { promise: all, resolve } = Promise.withResolvers<undefined>();
	const watched = {
		...keyring,
		create: async (epoch: number, ref: Uint8Array) => {
			const slot = await keyring.create(epoch, ref);
			if (created.push(slot) === together) resolve(undefined);
			await all;
			return slot;
		},
		wipe: async (epoch: number, slot: number, ref: Uint8Array) => {
			wiped.push(slot);
			return keyring.wipe(epoch, slot, ref);
		}
	};
	return { created, wiped, ports: { ...house.ports, keyring: watched } };
}

/** Each gets a request of its own, since opening clears the shard. */
const copyOf = (request: CreateRequest) => ({ ...request, shard: request.shard.slice() });

test('tokens that were used before don’t use up a network’s rooms, and can’t be tried for ever', async () => {
	const { token } = draftRoom().request;
	const limits = { ...house.ports.limits, createPerMinute: 2 };
	const attempt = (changes: Partial<CreateRequest> = {}) =>
		createRoom({ ...house.ports, limits }, draftRoom({ prefix: 'there', ...changes }).request).then(
			() => 'made',
			(error: unknown) => String(error)
		);
	await create(draftRoom({ token }).request);
	const tries = [];
	for (let n = 0; n < 10; n++) tries.push(await attempt({ token }));
	expect(tries).toEqual(Array(10).fill('Refusal: TOKEN_SPENT'));
	expect([await attempt(), await attempt(), await attempt()]).toEqual(['made', 'made', 'Refusal: RATE_LIMITED']);
});

test('the slot of a room that did not come to be is freed', async () => {
	const { request } = draftRoom();
	const { created, wiped, ports } = watchSlots(2);
	const both = await Promise.all([createRoom(ports, copyOf(request)), createRoom(ports, copyOf(request))]);
	expect(both.map(({ expiresInMs }) => expiresInMs > 0)).toEqual([true, true]);
	expect(created).toHaveLength(2);
	expect(wiped).toHaveLength(1);
	const row = await findRoom(house.ports.db, refOf(house.ports.keyring, request.roomId));
	expect(wiped).not.toContain(row?.slot);
});

test('a room whose answer from the database was lost is there for the retry, and cost one token', async () => {
	const { request } = draftRoom();
	let lost = 0;
	const sql = new Proxy(house.ports.db.sql, {
		apply(target, _self, values: unknown[]) {
			const query: unknown = Reflect.apply(target, undefined, values);
			if (!String(values[0]).includes('with made') || lost++ > 0) return query;
			return Promise.resolve(query).then(() => {
				throw new Error('the connection is lost');
			});
		}
	});
	const ports = { ...house.ports, db: { ...house.ports.db, sql } };
	await expect(createRoom(ports, copyOf(request))).rejects.toThrow('the connection is lost');
	expect((await createRoom(ports, copyOf(request))).expiresInMs).toBeGreaterThan(0);
	expect(await rowCount(request.roomId)).toBe(1);
});

test('two rooms of one token at once: one comes to be, the other is TOKEN_SPENT and its slot is freed', async () => {
	const { token } = draftRoom().request;
	const { created, wiped, ports } = watchSlots(2);
	const drafts = [draftRoom({ token }).request, draftRoom({ token }).request];
	const answers = await Promise.allSettled(drafts.map((request) => createRoom(ports, request)));
	const reasons = answers.map((answer) => (answer.status === 'fulfilled' ? 'made' : String(answer.reason)));
	expect(reasons.toSorted()).toEqual(['Refusal: TOKEN_SPENT', 'made']);
	expect([created.length, wiped.length]).toEqual([2, 1]);
	expect(await Promise.all(drafts.map(({ roomId }) => rowCount(roomId)))).toEqual(
		reasons.map((reason) => (reason === 'made' ? 1 : 0))
	);
});

test('a retry and a token that was used are noticed before a slot is written', async () => {
	const { request } = draftRoom();
	const { created, ports } = watchSlots();
	await createRoom(ports, copyOf(request));
	await createRoom(ports, copyOf(request));
	await expect(createRoom(ports, draftRoom({ token: request.token }).request)).rejects.toThrow('TOKEN_SPENT');
	await expect(createRoom(ports, draftRoom({ roomId: request.roomId }).request)).rejects.toThrow('ROOM_EXISTS');
	expect(created).toHaveLength(1);
});

test('a token that came with a name that was taken is still good', async () => {
	const { request } = draftRoom();
	const { token } = draftRoom().request;
	await create(copyOf(request));
	await create({ ...copyOf(request), token });
	await expect(create(draftRoom({ roomId: request.roomId, token }).request)).rejects.toThrow('ROOM_EXISTS');
	await create(draftRoom({ token }).request);
	await expect(create(draftRoom({ token }).request)).rejects.toThrow('TOKEN_SPENT');
});

test('a room that has ended gives its token back to nobody', async () => {
	const { request } = draftRoom();
	await create(copyOf(request));
	await house.ports.db.sql`delete from rooms where ref = ${refOf(house.ports.keyring, request.roomId)}`;
	await expect(create(copyOf(request))).rejects.toThrow('TOKEN_SPENT');
	expect(await rowCount(request.roomId)).toBe(0);
});

test('a Pro token opens a Pro room: its people, its lifetimes and no end of messages', async () => {
	const pro = () => ({ token: testToken({ plan: 'pro' }) });
	const week = 7 * 86_400;
	const { request } = draftRoom({ ...pro(), people: 200, lifetime: week });
	expect((await create(request)).expiresInMs).toBeLessThanOrEqual(week * 1000);
	const row = await findRoom(house.ports.db, refOf(house.ports.keyring, request.roomId));
	expect(row).toMatchObject({ people: 200, cap: null, plan: 1 });
	for (const lifetime of [3600, 3601, 90 * 86_400]) await create(draftRoom({ ...pro(), lifetime }).request);
	for (const lifetime of [null, 0, 3599, 90 * 86_400 + 1, 3600.5]) {
		await expect(create(draftRoom({ ...pro(), lifetime }).request)).rejects.toThrow('BAD_INPUT');
	}
	await expect(create(draftRoom({ ...pro(), lifetime: week, people: 201 }).request)).rejects.toThrow('BAD_INPUT');
});

test('where plans are off a room needs no token, has what Pro allows, and without a wish lasts the longest listed time', async () => {
	const ports = { ...house.ports, plansOn: false };
	const { request } = draftRoom({ token: null });
	const { expiresInMs } = await createRoom(ports, copyOf(request));
	expect(Math.round(expiresInMs / 86_400_000)).toBe(7);
	const row = await findRoom(house.ports.db, refOf(house.ports.keyring, request.roomId));
	expect(row).toMatchObject({ people: 200, cap: null, plan: 1 });
	await createRoom(ports, draftRoom({ token: null, lifetime: 90 * 86_400 }).request);
	await expect(createRoom(ports, draftRoom({ token: null, lifetime: 90 * 86_400 + 1 }).request)).rejects.toThrow('BAD_INPUT');
	// A token is not looked at, and is not used up.
	const { token } = draftRoom().request;
	await createRoom(ports, draftRoom({ token }).request);
	await create(draftRoom({ token }).request);
});
