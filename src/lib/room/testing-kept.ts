/** For tests: people whose room stays on their device. */
import type { Bytes } from '#protocol/bytes';
import { fromHex } from '#protocol/bytes';
import { tokenKeyHintSize } from '#protocol/tokens';
import { ApiFailure } from '../api/failure.ts';
import type { Database } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { readKept } from '../storage/kept.ts';
import type { Kept, KeyRef } from '../vault/calls.ts';
import type { Vault } from '../vault/vault.ts';
import { join } from './join.ts';
import { KeptRoom, reopen } from './kept.ts';
import { drawSecurely } from './draw.ts';
import { Guest, HandClock, keeperVault, password } from './testing.ts';
import type { House, Lodging } from './testing.ts';
import type { Ending } from './view.ts';
import { countUnread, sendWaiting } from './visit.ts';

type Inside = { readonly vault: Pick<Vault, 'call'>; readonly key: KeyRef; readonly roomId: Bytes; readonly kept: KeptRoom };

/** The ports of somebody who is in a kept room. `guest`: for whether the server can be reached. */
function portsOf(
	house: House,
	clock: HandClock,
	{ vault, key, roomId, kept }: Inside,
	guest: () => Pick<Guest, 'reachable' | 'sockets'>
) {
	const { shelf, waiting, keepsake } = kept;
	return {
		...{ vault, clock, shelf, waiting, keepsake },
		draw: drawSecurely,
		rejoin: (replaces: Uint8Array, signal: AbortSignal) =>
			guest().reachable
				? join({ server: house.door({ sockets: guest().sockets }), vault, clock, key, roomId, replaces, signal })
				: Promise.reject(new ApiFailure('OFFLINE')),
		showTyping: () => true,
		tokenKeyHint: () => Promise.resolve(new Uint8Array(tokenKeyHintSize))
	};
}

/** Somebody comes in by the link and keeps the room. Resolves when the newest rows are there. */
export async function comeAndKeep(house: House, { code }: Lodging, nick: string, database: Database): Promise<Guest> {
	const clock = new HandClock();
	const vault = keeperVault();
	const { key, roomId } = await vault.call('readLink', { code });
	await vault.call('unlock', { key, password });
	const joined = await join({ server: house.door(), vault, clock, key, roomId });
	const { entry, roomStart } = joined;
	const { shard, shardTag, card } = entry;
	const author = { nick, colour: 1 };
	const entered = await vault.call('enter', { key, shard, shardTag, card, author });
	const facts = {
		asks: false,
		endsAt: clock.wall() + entry.expiresInMs,
		lastRead: 0,
		startedAt: roomStart,
		name: entered.roomName
	};
	const kept = await KeptRoom.begin({ vault, database, key }, facts, card);
	const ports = portsOf(house, clock, { vault, key, roomId, kept }, () => guest);
	const guest: Guest = new Guest(() => ({ key, link: code, mode: 'stored', author, unsent: [], joined, ...entered }), ports);
	await guest.stay.begin();
	return guest;
}

type Unlocked = { readonly vault: Pick<Vault, 'call'>; readonly localId: string; readonly kept: Kept };

/** After a new start of the browser: what lies on the device is all that there is. */
export async function unlockKept(database: Database): Promise<Unlocked> {
	const vault = keeperVault();
	const [held] = await readKept(database);
	if (held === undefined) throw new Error('testing: no room is kept');
	const { localId, sealed } = held;
	const { kept } = await vault.call('openKept', { deviceKey: await deviceKey(database), localId: fromHex(localId), sealed });
	if (kept === null) throw new Error('testing: the record is not readable');
	return { vault, localId, kept };
}

/** After a new start of the browser. The server can't be reached until `reachable` is set. */
export async function openAgain(house: House, database: Database): Promise<Guest> {
	const clock = new HandClock();
	const { vault, localId, kept } = await unlockKept(database);
	const { place, entered } = await reopen({ vault, database, clock }, localId, kept);
	const ports = portsOf(house, clock, { vault, key: kept.key, roomId: kept.roomId, kept: place }, () => guest);
	const guest: Guest = new Guest(() => ({ ...entered, link: kept.code }), ports);
	guest.reachable = false;
	await guest.stay.begin();
	return guest;
}

/** How many messages came meanwhile, asked without going in. */
export async function looksForNews(house: House, database: Database): Promise<number> {
	const { vault, kept } = await unlockKept(database);
	return countUnread({ server: house.door(), vault, clock: new HandClock() }, kept);
}

/** Nobody is in the room: what waits is sent, as by the page that is in another one. Resolves to the ends that it heard of. */
export async function sendsWaiting(house: House, database: Database): Promise<readonly (readonly [Ending, number])[]> {
	const clock = new HandClock();
	const { vault, localId, kept } = await unlockKept(database);
	const { place, entered } = await reopen({ vault, database, clock }, localId, kept);
	const ports = portsOf(house, clock, { vault, key: kept.key, roomId: kept.roomId, kept: place }, () => ({
		reachable: true,
		sockets: []
	}));
	const signs = {
		isHidden: () => false,
		isOnline: () => true,
		watch: () => () => undefined,
		beforeFrame: (run: () => void) => void setImmediate(run)
	};
	const ends: (readonly [Ending, number])[] = [];
	const finish = (ending: Ending, unsent: number) => void ends.push([ending, unsent]);
	await sendWaiting({ ...entered, link: kept.code }, { ...ports, signs, finish }, AbortSignal.timeout(30_000));
	return ends;
}
