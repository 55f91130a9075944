import { beforeEach, describe, expect, test } from 'vitest';
import type { Created, Inside } from './testing.ts';
import { random, now, newKeeper, ada, bo, password, enter, join, say, read, codeOf } from './testing.ts';

let room: Created;
let creator: Inside;
let guest: Inside;

beforeEach(async () => {
	const keeper = newKeeper();
	room = await keeper.create({ mode: 'stored', password, roomName: 'Kitchen', author: ada });
	creator = await enter(keeper, room.key, room, { author: ada });
	guest = await join(room, { author: bo });
});

describe('a reload', () => {
	test('is the same sender, goes on in the same chain, and remembers what was not sent', async () => {
		const [one, two] = [await say(creator, 'one'), await say(creator, 'two')];
		const session = random(32);
		const renamed = { nick: 'Ada L.', colour: 4 };
		const { record } = await creator.keeper.settle({ key: creator.key, mids: [one.mid], author: renamed, session });

		const keeper = newKeeper();
		const { key } = await keeper.readLink({ code: room.code });
		await keeper.unlock({ key, password });
		const { recalled } = await keeper.recall({ key, record });
		expect(recalled).toEqual({ author: renamed, session, unsent: [two.envelope] });
		const back = await enter(keeper, key, room, { author: renamed, record });
		expect(back.me).toEqual(creator.me);

		const three = await say(back, 'three');
		const opened = await read(guest, [one.envelope, two.envelope, three.envelope]);
		expect(opened.map(({ seq }) => seq)).toEqual([1, 2, 3]);
		expect(opened[2]?.prev).toBe(two.chain);
		expect(opened[2]?.author).toEqual(renamed);
	});

	test('never uses a control number again', async () => {
		const body = { type: 'ack' } as const;
		const { record, seq } = await creator.keeper.seal({ key: creator.key, body, seen: [], time: now });
		const back = await join(room, { author: ada, record });
		const next = await back.keeper.seal({ key: back.key, body, seen: [], time: now });
		expect([seq, next.seq]).toEqual([1, 1001]);
	});

	test('with another password remembers nothing, and enters as somebody new', async () => {
		const { record } = await say(creator, 'one');
		const keeper = newKeeper();
		const { key } = await keeper.readLink({ code: room.code });
		await keeper.unlock({ key, password: 'abacus-abdomen-abide-abacus' });
		expect(await keeper.recall({ key, record })).toEqual({ recalled: null });
		const other = await join(room, { author: ada, record: record.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) });
		expect(other.me.fp).not.toBe(creator.me.fp);
	});

	test('a record without a session says so by an empty one', async () => {
		const { record } = await say(creator, 'one');
		const { recalled } = await creator.keeper.recall({ key: creator.key, record });
		expect(recalled?.session.length).toBe(0);
	});

	test('coming in again after a reconnect keeps identity and numbers, and takes the new name', async () => {
		await say(creator, 'one');
		const again = await enter(creator.keeper, creator.key, room, { author: bo });
		expect(again.me).toEqual(creator.me);
		const two = await say(again, 'two');
		expect((await read(guest, [two.envelope]))[0]).toMatchObject({ seq: 2, author: bo });
	});
});

describe('what the server refused', () => {
	test('is taken back when it is the newest, and its number is given to the next', async () => {
		const [one, two] = [await say(creator, 'one'), await say(creator, 'two')];
		await creator.keeper.takeBack({ key: creator.key, mid: two.mid });
		const other = await say(creator, 'another two');
		const opened = await read(guest, [one.envelope, other.envelope]);
		expect(opened[1]).toMatchObject({ seq: 2, prev: one.chain });
	});

	test('is not taken back out of the middle', async () => {
		const one = await say(creator, 'one');
		await say(creator, 'two');
		expect(await codeOf(creator.keeper.takeBack({ key: creator.key, mid: one.mid }))).toMatch(/only the newest/);
	});

	test('is not taken back when a later one has come through', async () => {
		const [one, two] = [await say(creator, 'one'), await say(creator, 'two')];
		await creator.keeper.settle({ key: creator.key, mids: [two.mid] });
		expect(await codeOf(creator.keeper.takeBack({ key: creator.key, mid: one.mid }))).toMatch(/only the newest/);
	});

	test('is not taken back once it is settled', async () => {
		const one = await say(creator, 'one');
		await creator.keeper.settle({ key: creator.key, mids: [one.mid] });
		expect(await codeOf(creator.keeper.takeBack({ key: creator.key, mid: one.mid }))).toMatch(/only the newest/);
	});

	test('can be taken back after a reload, one after the other', async () => {
		const one = await say(creator, 'one');
		const two = await say(creator, 'two');
		const back = await join(room, { author: ada, record: two.record });
		await back.keeper.takeBack({ key: back.key, mid: two.mid });
		await back.keeper.takeBack({ key: back.key, mid: one.mid });
		expect(await say(back, 'first')).toMatchObject({ seq: 1 });
	});
});
