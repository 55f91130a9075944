import type { Bytes } from '#protocol/bytes';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Kept, Keeping } from './calls.ts';
import type { Keeper } from './keeper.ts';
import type { Created, Inside } from './testing.ts';
import { ada, bo, codeOf, enter, join, newKeeper, now, password, random, read, say } from './testing.ts';

let room: Created;
let creator: Inside;
let guest: Inside;
let keeping: Keeping;

beforeEach(async () => {
	const keeper = newKeeper();
	room = await keeper.create({ mode: 'stored', password, roomName: 'Kitchen', author: ada });
	creator = await enter(keeper, room.key, room, { author: ada });
	guest = await join(room, { author: bo });
	const deviceKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
	const facts = { asks: false, endsAt: now + 1000, lastRead: 3, startedAt: now - 1000, name: 'Kitchen' };
	keeping = { ...facts, deviceKey, localId: random(16) };
});

async function keep(): Promise<Bytes> {
	return (await creator.keeper.keep({ key: creator.key, keeping })).record;
}

/** As after a new start of the browser. */
async function openAgain(keeper: Keeper, sealed: Bytes): Promise<Kept> {
	const { deviceKey, localId } = keeping;
	const { kept } = await keeper.openKept({ deviceKey, localId, sealed });
	if (kept === null) throw new Error('not readable');
	return kept;
}

function enterAgain(keeper: Keeper, { key, shard, shardTag, author }: Kept): Promise<Inside> {
	return enter(keeper, key, { ...room, shard, shardTag }, { author });
}

describe('a kept room', () => {
	test('opens without link, password and server, as the same sender, with what was not sent', async () => {
		await keep();
		const one = await say(creator, 'one');
		const keeper = newKeeper();
		const kept = await openAgain(keeper, one.record);
		expect(kept).toMatchObject({ code: room.code, mode: 'stored', asks: false, name: 'Kitchen', lastRead: 3, author: ada });
		expect([kept.endsAt, kept.startedAt, kept.unsent]).toEqual([now + 1000, now - 1000, [one.envelope]]);
		const back = await enterAgain(keeper, kept);
		expect(back.me).toEqual(creator.me);
		const two = await say(back, 'two');
		const opened = await read(guest, [one.envelope, two.envelope]);
		expect(opened.map(({ seq }) => seq)).toEqual([1, 2]);
		expect(opened[1]?.prev).toBe(one.chain);
	});

	test('goes on being kept by what comes back from then on, in the place that it has', async () => {
		const sealed = await keep();
		const keeper = newKeeper();
		const kept = await openAgain(keeper, sealed);
		const back = await enterAgain(keeper, kept);
		await keeper.keep({ key: back.key, keeping: { ...keeping, lastRead: 9, name: 'Galley' } });
		const { record } = await say(back, 'one');
		expect(await openAgain(newKeeper(), record)).toMatchObject({ lastRead: 9, name: 'Galley' });
	});

	test('whose password is asked for opens with it, and with no other', async () => {
		keeping = { ...keeping, asks: true, name: '' };
		const sealed = await keep();
		const keeper = newKeeper();
		const kept = await openAgain(keeper, sealed);
		expect(kept).toMatchObject({ asks: true, name: '' });
		await expect(enterAgain(keeper, kept)).rejects.toThrow('locked');
		await keeper.unlock({ key: kept.key, password: 'abacus-abdomen-abide-abacus' });
		expect(await codeOf(enterAgain(keeper, kept))).toBe('SHARD_TAG');
		await keeper.unlock({ key: kept.key, password });
		expect((await enterAgain(keeper, kept)).me).toEqual(creator.me);
	});

	test('is nothing to another device, in another place, or damaged', async () => {
		const sealed = await keep();
		const { deviceKey, localId } = keeping;
		const other = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
		const damaged = sealed.map((byte, i) => (i === 40 ? byte ^ 1 : byte));
		const nothing = { kept: null };
		const keeper = newKeeper();
		expect(await keeper.openKept({ deviceKey: other, localId, sealed })).toEqual(nothing);
		expect(await keeper.openKept({ deviceKey, localId: random(16), sealed })).toEqual(nothing);
		expect(await keeper.openKept({ deviceKey, localId, sealed: damaged })).toEqual(nothing);
	});

	test('is listed and renamed without being opened', async () => {
		const sealed = await keep();
		const { deviceKey, localId } = keeping;
		const keeper = newKeeper();
		const renamed = await keeper.renameKept({ deviceKey, localId, sealed, name: 'Galley' });
		if (renamed.sealed === null) throw new Error('not readable');
		const entries = [
			{ localId, sealed: renamed.sealed },
			{ localId: random(16), sealed }
		];
		const { rooms } = await keeper.listKept({ deviceKey, entries });
		const { storageKey } = room;
		const listed = { asks: false, endsAt: now + 1000, lastRead: 3, startedAt: now - 1000, name: 'Galley', mode: 'stored' };
		expect(rooms).toEqual([{ ...listed, storageKey, unsent: 0 }, null]);
	});

	test('that is kept no more has a reload’s record again', async () => {
		await keep();
		const { record } = await creator.keeper.keep({ key: creator.key, keeping: null });
		const { deviceKey, localId } = keeping;
		expect(await newKeeper().openKept({ deviceKey, localId, sealed: record })).toEqual({ kept: null });
		expect((await join(room, { author: ada, record })).me).toEqual(creator.me);
	});
});
