/** A keeper with cheap keys, a room, and people in it, for the tests of this folder. */
import type { Bytes } from '#protocol/bytes';
import { ProtocolError } from '#protocol/errors';
import { solveWork } from '../crypto/work.ts';
import { argon2 } from './argon2.ts';
import type { Calls, KeyRef, Opened } from './calls.ts';
import type { Kdf } from './kdf.ts';
import type { Keeper } from './keeper.ts';
import { createKeeper } from './keeper.ts';

export const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
// Argon2id at its cheapest: what the real cost gives is the vectors' business.
export const kdf: Kdf = { derive: (input) => argon2({ ...input, m: 8, t: 1 }), work: (work) => solveWork(argon2, work) };
export const now = 1_800_000_000_000;
export const newKeeper = (): Keeper => createKeeper({ random, kdf, now: () => now });
export const ada = { nick: 'Ada', colour: 3 };
export const bo = { nick: 'Bo', colour: 7 };
export const password = 'abacus-abdomen-abide-ability';

export type Created = Calls['create'][1];
export type Inside = { keeper: Keeper; key: KeyRef; me: Calls['enter'][1]['me'] };

export async function enter(
	keeper: Keeper,
	key: KeyRef,
	room: Created,
	rest: { author: typeof ada; record?: Bytes }
): Promise<Inside> {
	const { shard, shardTag, card } = room;
	const { me } = await keeper.enter({ key, shard, shardTag, card, ...rest });
	return { keeper, key, me };
}

/** The room's link in a worker of its own. */
export async function join(room: Created, rest: { author: typeof ada; record?: Bytes }): Promise<Inside> {
	const keeper = newKeeper();
	const { key } = await keeper.readLink({ code: room.code });
	await keeper.unlock({ key, password });
	return enter(keeper, key, room, rest);
}

export const say = ({ keeper, key }: Inside, text: string): Promise<Calls['seal'][1]> =>
	keeper.seal({ key, body: { type: 'text', text }, seen: [], time: now });

export async function read({ keeper, key }: Inside, envelopes: readonly Bytes[]): Promise<readonly Opened[]> {
	const { opened } = await keeper.open({ key, envelopes });
	return opened.map((each) => {
		if (!each.ok) throw new Error(each.code);
		return each;
	});
}

export async function codeOf(attempt: Promise<unknown>): Promise<string> {
	return attempt.then(
		() => 'OK',
		(error: unknown) => (error instanceof ProtocolError ? error.code : String(error))
	);
}
