/** From an unlocked key and a name to a room that one is in: what opening, joining and coming back have in common. */
import type { Bytes } from '#protocol/bytes';
import { formatLink } from '#protocol/invite';
import type { Mode } from '#protocol/mode';
import { isNick } from '#protocol/text';
import { claimIdentity } from '../storage/identity-lock.ts';
import {
	dropRecord,
	forgetRoom,
	readRecord,
	rememberedKept,
	rememberedLink,
	rememberKept,
	rememberLink,
	wasOpenly,
	writeRecord
} from '../storage/session-record.ts';
import type { Author, KeyRef } from '../vault/calls.ts';
import { askToBeWoken } from './ask-to-be-woken.ts';
import { current } from './current.svelte.ts';
import { finish } from './end.ts';
import { firstOffer } from './info.ts';
import { join } from './join.ts';
import type { KeptRoom } from './kept.ts';
import type { MakeLive } from './live.ts';
import { drawSecurely } from './draw.ts';
import { suggestAlias } from './nick.ts';
import { sayEverywhere } from './kept-word.ts';
import { pageServer } from './page-server.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import { pageClock, pageSigns } from './page-signs.ts';
import { NotKept } from './ports.ts';
import type { Entered, Joined, Keepsake, Ports } from './ports.ts';
import { Room } from './room.svelte.ts';
import { settings } from './settings.svelte.ts';
import { unlessAborted } from './timers.ts';
import { createTokenKeyHint } from './token-key.ts';
import { RoomError } from './view.ts';
import type { Ending } from './view.ts';
import type { Waiting } from './waiting.ts';

export type Door = {
	/** Unlocked. */
	readonly key: KeyRef;
	readonly code: string;
	readonly mode: Mode;
	readonly roomId: Bytes;
	readonly storageKey: string;
	readonly password?: string;
	/** Who one is, unless the record of a reload remembers. */
	readonly author: Author;
	/** Whoever stops it may try again with the same key. */
	readonly keepsPlace?: boolean;
	/** The room stays on this device. */
	readonly keep?: { readonly asks: boolean };
	/** Of a Direct room: the person has read that the other one may see their address. */
	readonly openly?: boolean;
};

/** A room that one is to be in. */
export type Place = Pick<Door, 'key' | 'code' | 'roomId' | 'storageKey'>;

type Lock = Awaited<ReturnType<typeof claimIdentity>>;
type Recalled = { readonly author: Author; readonly record?: Bytes; readonly session?: Bytes; readonly unsent: readonly Bytes[] };

async function recall({ key, storageKey, ...door }: Door, mayKeep: boolean): Promise<Recalled> {
	// Who comes back was not asked for a name; without a readable record there must be one all the same.
	const author = isNick(door.author.nick) ? door.author : suggestAlias();
	const record = readRecord(storageKey);
	if (record === null || !mayKeep) return { author, unsent: [] };
	const { recalled } = await pageVault().call('recall', { key, record });
	if (recalled === null) return { author, unsent: [] };
	const session = recalled.session.length === 0 ? {} : { session: new Uint8Array(recalled.session) };
	return { author: recalled.author, record, ...session, unsent: recalled.unsent.map((envelope) => new Uint8Array(envelope)) };
}

/** Only what the room needs is fetched. */
async function makeLiveOf(mode: Mode, openly: boolean): Promise<MakeLive | undefined> {
	if (mode === 'stored') return undefined;
	return mode === 'direct' ? (await import('./live-direct.ts')).makeLiveDirect(openly) : (await import('./live.ts')).makeLive;
}

/** Checks the server's shard and takes up an identity; whoever is not let in leaves at once. */
async function takeUp(door: Door, recalled: Recalled, joined: Joined): Promise<Entered> {
	const { key, code, mode, password } = door;
	const { author, record, unsent } = recalled;
	const { shard, shardTag, card } = joined.entry;
	try {
		const entered = await pageVault().call('enter', { key, shard, shardTag, card, author, ...(record && { record }) });
		const known = password === undefined ? {} : { password };
		return { key, link: formatLink(location.origin, code), mode, author, unsent, joined, ...known, ...entered };
	} catch (error) {
		joined.transport.close();
		throw error;
	}
}

export type KeepFacts = Parameters<NonNullable<Ports['keep']>>[0];
export type Keeps = { readonly lock: Lock; readonly kept: KeptRoom | null; readonly makeLive?: MakeLive | undefined };

/** What is written without a network goes out when there is one, if a page is open then. */
function wakingBy(waiting: Waiting): Waiting {
	return {
		...waiting,
		add: async (draft) => {
			const place = await waiting.add(draft);
			// Where it can't be asked for, the page hears of the network itself.
			askToBeWoken().catch(() => undefined);
			return place;
		}
	};
}

export function portsOf({ key, roomId, storageKey }: Place, { lock, kept, makeLive }: Keeps, finish: Ports['finish']): Ports {
	const vault = pageVault();
	const session: Keepsake = { write: (record) => void (lock !== null && writeRecord(storageKey, record)) };
	return {
		vault,
		clock: pageClock,
		draw: drawSecurely,
		signs: pageSigns,
		keepsake: kept?.keepsake ?? session,
		...(kept && { shelf: kept.shelf, waiting: wakingBy(kept.waiting) }),
		...(makeLive && { makeLive }),
		rejoin: (replaces, signal) => join({ server: pageServer(), vault, clock: pageClock, key, roomId, replaces, signal }),
		showTyping: () => settings.showTyping,
		tokenKeyHint: createTokenKeyHint({ readInfo: firstOffer, now: pageClock.wall }),
		finish
	};
}

/** It stays on this device, and another tab may be in it next. */
async function shut(room: Room, { key }: Place, { lock, kept }: Keeps): Promise<void> {
	room.stop();
	try {
		await kept?.shut();
	} finally {
		await forgetKey(pageVault(), key);
		lock?.();
		sayEverywhere({ is: 'changed' });
	}
}

/** The end of the room that the page is in ends the page; that of another forgets only what was its own. */
export function makeRoom(place: Place, entered: Entered, keeps: Keeps): Room {
	const vault = pageVault();
	const finishThis = (ending: Ending, unsent: number) => {
		keeps.kept?.tabs?.say({ is: 'ended', ending });
		const forgetting = keeps.kept?.forget();
		// Who left, or purged it, knew.
		if (current.room === room) return finish(ending, ending === 'you' || ending === 'left' ? 0 : unsent, forgetting);
		forgetRoom(place);
		forgetting?.catch(reportError);
		void forgetKey(vault, place.key);
		keeps.lock?.();
	};
	const keep = async (facts: KeepFacts) => {
		const { keepFromNowOn } = await import('./keeping.ts');
		return keepFromNowOn(room, place, entered, facts);
	};
	const mayKeep = keeps.kept === null && keeps.lock !== null && entered.mode === 'stored';
	const makeWay = () => shut(room, place, keeps);
	const ports = { ...portsOf(place, keeps, finishThis), ...(mayKeep && { keep }), ...(keeps.kept && { makeWay }) };
	const room: Room = new Room(entered, ports);
	return room;
}

/** The room is entered all the same; the screen says that it is not kept. */
function unlessFull(error: unknown): null {
	if (!(error instanceof NotKept)) throw error;
	current.notKept = true;
	return null;
}

export async function begin(room: Room, keepsPlace: boolean, signal: AbortSignal): Promise<void> {
	const { promise: inside, resolve } = Promise.withResolvers<true>();
	const shown = room.begin(() => resolve(true));
	try {
		// The screen is made while the newest page is fetched and opened.
		await Promise.race([inside, shown]);
	} catch (error) {
		room.stop();
		throw error;
	}
	shown.catch(reportError);
	if (room.phase === 'ended') throw new RoomError('gone');
	if (!signal.aborted) return;
	// Who came back, or opens it, keeps their place and may try again; who was new has never been here.
	if (keepsPlace) room.stop();
	else await room.leave();
	signal.throwIfAborted();
}

/** A page is in one room: one that stays on this device is shut until it is opened again, any other is left as by its own button. */
export function moveInto(room: Room): void {
	const before = current.room;
	current.hold(room);
	before?.makeWay().catch(reportError);
}

/** The room is `current.room` then. Throws `ApiFailure`, `ProtocolError`, `VaultError`, `RoomError` and what `signal` was aborted for. */
export async function enter(door: Door, signal: AbortSignal): Promise<Room> {
	const { key, roomId, storageKey, code } = door;
	const lock = await claimIdentity(storageKey);
	const [linkBefore, keptBefore, openlyBefore] = [rememberedLink(), rememberedKept(), wasOpenly()];
	try {
		const asks = lock === null ? undefined : door.keep?.asks;
		const keeping = asks === undefined ? null : await import('./keeping.ts');
		const recalled = await recall(door, lock !== null);
		const openly = recalled.record === undefined ? door.openly === true : wasOpenly();
		const makeLive = await makeLiveOf(door.mode, openly);
		const { session } = recalled;
		const way = { server: pageServer(), vault: pageVault(), clock: pageClock };
		const joining = join({ ...way, key, roomId, ...(session && { replaces: session }) });
		const joined = await unlessAborted(joining, signal, (late) => late.transport.close());
		const entered = await takeUp(door, recalled, joined);
		// Without the lock another tab speaks with the recorded key: this one is somebody new, and keeps nothing.
		if (lock === null) dropRecord(storageKey);
		const kept = (await keeping?.keepHere(key, asks === true, entered).catch(unlessFull)) ?? null;
		if (lock === null && door.keep !== undefined) current.notKept = true;
		if (kept === null) rememberLink(code, openly);
		else rememberKept(kept.localId);
		const room = makeRoom(door, entered, { lock, kept, makeLive });
		await begin(room, door.keepsPlace === true || recalled.record !== undefined, signal);
		if (kept !== null) keeping?.heed(room, kept);
		moveInto(room);
		return room;
	} catch (error) {
		if (current.room !== null && keptBefore !== null) rememberKept(keptBefore);
		else if (current.room !== null && linkBefore !== null) rememberLink(linkBefore, openlyBefore);
		lock?.();
		throw error;
	}
}
