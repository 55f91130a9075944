/** Into a room that stays on this device, with or without a way to the server: docs/PROTOCOL.md §15. */
import { formatLink } from '#protocol/invite';
import { fromHex } from '#protocol/bytes';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { claimIdentity } from '../storage/identity-lock.ts';
import { readKeptRoom } from '../storage/kept.ts';
import { dropKept, rememberKept } from '../storage/session-record.ts';
import type { Kept } from '../vault/calls.ts';
import { current } from './current.svelte.ts';
import { finish } from './end.ts';
import { begin, makeRoom, moveInto, portsOf } from './enter.ts';
import { FollowTransport, followWaiting, Relay } from './follow.ts';
import { reopen, reopenToFollow } from './kept.ts';
import type { KeptRoom } from './kept.ts';
import { heed } from './keeping.ts';
import { keptList } from './kept-list.svelte.ts';
import { sayEntering } from './kept-word.ts';
import { pageClock } from './page-signs.ts';
import { pageTabs } from './page-tabs.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import type { Entered, Shelf } from './ports.ts';
import { Room } from './room.svelte.ts';
import { createShelf } from './shelf.ts';
import { RoomError } from './view.ts';
import { createWaiting } from './waiting.ts';

/**
 * Its keys are held until it is entered or forgotten. Throws `RoomError`: `gone` for one that has ended,
 * `forgotten` where nothing of it is left, or nothing that can be read.
 */
export async function openKept(localId: string): Promise<Kept> {
	const sealed = await readKeptRoom(device.onDisk, localId);
	const vault = pageVault();
	// The browser has cleared it, as some do after days without a visit, or it was forgotten in another tab.
	if (sealed === null) {
		dropKept(localId);
		throw new RoomError('forgotten');
	}
	const { kept } = await vault.call('openKept', { deviceKey: await deviceKey(device.onDisk), localId: fromHex(localId), sealed });
	if (kept !== null && kept.endsAt > pageClock.wall()) return kept;
	if (kept !== null) await forgetKey(vault, kept.key);
	dropKept(localId);
	await keptList.over(localId, kept === null ? { name: null, sealed: 0 } : { name: kept.name, sealed: kept.unsent.length });
	throw new RoomError(kept === null ? 'forgotten' : 'gone');
}

/** What the gate shows of it; nothing of it is held. Throws as `openKept` does. */
export async function describeKept(localId: string): Promise<Kept> {
	const kept = await openKept(localId);
	await forgetKey(pageVault(), kept.key);
	return kept;
}

/**
 * `storageKey`: of the room. Where another tab is in it this one follows, until that one goes. Throws `RoomError`: `wrong-password`,
 * `gone`, `forgotten`.
 */
export async function enterKept(
	{ localId, storageKey }: { readonly localId: string; readonly storageKey: string },
	password: string | undefined,
	signal: AbortSignal
): Promise<Room> {
	sayEntering(localId);
	// The same as of a tab that came in by the link.
	const lock = await claimIdentity(storageKey);
	try {
		// Not before: whoever had the lock has written what they sent.
		const kept = await openKept(localId);
		return await goIn({ localId, kept, lock }, password, signal);
	} catch (error) {
		lock?.();
		throw error;
	}
}

/** `lock`: `null` when another tab speaks in it. */
type Claimed = { readonly localId: string; readonly kept: Kept; readonly lock: (() => void) | null };

async function goIn({ localId, kept, lock }: Claimed, password: string | undefined, signal: AbortSignal): Promise<Room> {
	const vault = pageVault();
	const known = password === undefined ? {} : { password };
	const about = { link: formatLink(location.origin, kept.code), ...known };
	try {
		if (kept.asks) await vault.call('unlock', { key: kept.key, ...known });
		signal.throwIfAborted();
		const follows = new AbortController();
		const { room, place } =
			lock === null
				? { room: await follow(localId, kept, about, follows), place: null }
				: await speak({ localId, kept, lock }, about);
		rememberKept(localId);
		await begin(room, true, signal);
		if (place !== null) heed(room, place);
		moveInto(room);
		keptList.count(localId, 0);
		if (lock === null) takeOver(kept.storageKey, follows);
		return room;
	} catch (error) {
		await forgetKey(vault, kept.key);
		throw error;
	}
}

type About = Pick<Entered, 'link' | 'password'>;

async function speak({ localId, kept, lock }: Claimed, about: About): Promise<{ readonly room: Room; readonly place: KeptRoom }> {
	const ports = { vault: pageVault(), database: device.onDisk, clock: pageClock, tabsOf: pageTabs };
	const { place, entered } = await reopen(ports, localId, kept);
	return { room: makeRoom(kept, { ...entered, ...about }, { lock, kept: place }), place };
}

async function follow(localId: string, kept: Kept, about: About, follows: AbortController): Promise<Room> {
	const [database, tabs] = [device.onDisk, pageTabs(localId)];
	const entered = await reopenToFollow({ vault: pageVault(), database, clock: pageClock }, localId, kept);
	const rows = createShelf(database, localId);
	const relay = new Relay(tabs);
	const join = () => ({ ...entered.joined, transport: new FollowTransport(rows, tabs, reportError) });
	// What lies on the disk is the other tab's to write, and to forget.
	const ports = portsOf(kept, { lock: null, kept: null }, (ending) => finish(ending));
	const seen: Shelf['seen'] = (row, endsAt) => tabs.say({ is: 'seen', row, endsAt });
	const makeWay = () => {
		follows.abort();
		room.stop();
		return forgetKey(pageVault(), kept.key);
	};
	const room: Room = new Room(
		{ ...entered, ...about, joined: join() },
		{
			...ports,
			makeWay,
			relay,
			rejoin: () => Promise.resolve(join()),
			shelf: { ...rows, keep: () => undefined, seen },
			waiting: followWaiting(createWaiting(database, localId), tabs, relay)
		}
	);
	tabs.hear((word) => {
		if (word.is !== 'ended') return;
		follows.abort();
		if (word.ending === 'left') room.leave().catch(reportError);
	});
	return room;
}

/** When the tab that speaks has gone, this one is loaded anew, and speaks. */
function takeOver(storageKey: string, follows: AbortController): void {
	// A page that goes waits for nothing.
	addEventListener('pagehide', () => follows.abort(), { once: true });
	navigator.locks.request(storageKey, { signal: follows.signal }, () => current.reload()).catch(() => undefined);
}
