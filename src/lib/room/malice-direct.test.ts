/**
 * A server between two people who look for each other in a Direct room: it can't make them others' words, only break, exchange and
 * repeat what they say (docs/PROTOCOL.md §13). The browsers' own connections are played by ones that note what they are told.
 */
import { expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url } from '#protocol/base64url';
import { concat } from '#protocol/bytes';
import { parseHeader, slotsOffset, slotsSize } from '#protocol/envelope';
import { comeIn, openLodging } from './testing.ts';
import type { Guest, Lodging } from './testing.ts';
import { testHouse } from './testing-house.ts';
import { playedConnections } from './testing-rtc.ts';
import type { Tamper } from './testing-door.ts';

const isLong = process.env.LONG !== undefined;
const rounds = isLong ? 20 : 1;

const { house, stays } = testHouse();
const made = playedConnections();

/** One byte of the ciphertext is another: the fingerprint may stand there, or an address. `n`: which. */
function spoil(env: Uint8Array, n: number): Uint8Array {
	const spoiled = env.slice();
	const from = slotsOffset + slotsSize;
	const at = from + ((n * 97) % (env.length - from));
	spoiled[at] = (spoiled[at] ?? 0) ^ 1;
	return spoiled;
}

const slotsOf = (env: Uint8Array) => env.subarray(slotsOffset, slotsOffset + slotsSize);
const withSlots = (env: Uint8Array, slots: Uint8Array) =>
	concat(env.subarray(0, slotsOffset), slots, env.subarray(slotsOffset + slotsSize));

type Trick = (env: Uint8Array, pass: (env: Uint8Array) => void, before: readonly Uint8Array[]) => void;

/** What becomes of each sealed word that one of the two is to hear; `before`: those that came before it. */
const breaking = {
	spoil: (env, pass, before) => pass(spoil(env, before.length)),
	exchange: (env, pass, before) => pass(before.length === 0 ? spoil(env, 0) : withSlots(env, slotsOf(before.at(-1) ?? env)))
} satisfies Record<string, Trick>;
/** Older than a minute by the server's word. */
const tooOld = 61;
const repeating = {
	twice: (env, pass) => [env, env].forEach(pass),
	'all that came before, too': (env, pass, before) => [...before, env].forEach(pass)
} satisfies Record<string, Trick>;

/** So many words tell of a way: a description, an address, and that there are no more. */
const wordsOfAWay = 3;

/** Plays it on everything of this kind. `told` resolves once a whole way would have been told of. */
function play(trick: Trick, agedSeconds = 0): { readonly tamper: Tamper; readonly told: Promise<unknown> } {
	const before: Uint8Array[] = [];
	const told = Promise.withResolvers<null>();
	const tamper: Tamper = (text, pass) => {
		const message = JSON.parse(text);
		const room = message.payload?.data?.room;
		const env = room?.__typename === 'Envelope' ? decodeBase64url(room.env) : null;
		if (env === null || !parseHeader(env).slots) return pass(text);
		const send = (changed: Uint8Array) =>
			pass(
				JSON.stringify({
					...message,
					payload: { data: { room: { ...room, t: room.t - agedSeconds, env: encodeBase64url(changed) } } }
				})
			);
		trick(env, send, before);
		before.push(env);
		if (before.length === wordsOfAWay) told.resolve(null);
	};
	return { tamper, told: told.promise };
}

const come = async (lodging: Lodging, nick: string, tamper?: Tamper) =>
	stays(await comeIn(house, lodging, nick, tamper && { tamper }));
const isConnected = ({ shown }: Guest) => shown.direct?.is === 'connected';

/** Whatever a connection has heard another one has said, and it comes once. */
function expectHonestWords(): void {
	const heard = made.flatMap((each) => each.heard);
	expect(new Set(heard).size).toBe(heard.length);
	for (const each of made) {
		const others = made.filter((other) => other !== each).flatMap(({ said }) => said);
		expect(each.heard.filter((word) => !others.includes(word))).toEqual([]);
	}
}

const tricks = Object.entries(breaking).map(([name, trick]) => [name, () => play(trick)] as const);

test.each([...tricks, ['old', () => play((env, pass) => pass(env), tooOld)] as const])(
	'words about a way that a server breaks (%s) lead nowhere',
	async (_, start) => {
		for (let round = 0; round < rounds; round++) {
			made.length = 0;
			const lodging = await openLodging(house, 2, 'direct');
			const ada = await come(lodging, 'Ada');
			const { tamper, told } = start();
			const bo = await come(lodging, 'Bo', tamper);
			await told;
			// In order behind all of it, and behind the answers to it, so that these have been heard when this has.
			for (const [from, to] of [[ada, bo] as const, [bo, ada] as const]) {
				from.stay.typed(true);
				await to.until(({ shown }) => shown.typing?.length === 1);
				await to.stay.serverRows();
			}
			expect(made.length).toBeGreaterThan(0);
			expect(made.filter(({ connectionState }) => connectionState === 'connected')).toEqual([]);
			expect([ada, bo].filter(isConnected)).toEqual([]);
			expectHonestWords();
			for (const guest of [ada, bo]) guest.stay.stop();
		}
	}
);

test.each(Object.entries(repeating))('words about a way that a server repeats (%s) are heard once', async (_, trick) => {
	for (let round = 0; round < rounds; round++) {
		made.length = 0;
		const lodging = await openLodging(house, 2, 'direct');
		const ada = await come(lodging, 'Ada');
		const bo = await come(lodging, 'Bo', play(trick).tamper);
		const both = [ada, bo];
		await Promise.all(both.map((guest) => guest.until(isConnected)));
		ada.stay.send('one');
		await bo.until(({ texts }) => texts.includes('one'));
		const before = made.length;
		for (const { stay } of both) stay.live?.direct?.again();
		await Promise.all(both.map((guest) => guest.until((each) => isConnected(each) && made.length > before + 1)));
		bo.stay.send('two');
		await ada.until(({ texts }) => texts.includes('two'));
		await Promise.all(both.map(({ stay }) => stay.serverRows()));
		for (const { texts, notes } of both) {
			expect(texts).toEqual(['one', 'two']);
			expect(notes.filter((note) => /^(fork|equivocation|missing|gone|unverified|third)/.test(note))).toEqual([]);
		}
		expectHonestWords();
		for (const guest of both) guest.stay.stop();
	}
});
