/** Into a room that stays on this device, with or without a way to the server: docs/PROTOCOL.md §15. */
import { formatLink } from '#protocol/invite';
import { fromHex } from '#protocol/bytes';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { claimIdentity } from '../storage/identity-lock.ts';
import { forgetKept, readKeptRoom } from '../storage/kept.ts';
import { dropKept, rememberKept } from '../storage/session-record.ts';
import type { Kept } from '../vault/calls.ts';
import { begin, lockWaitMs, makeRoom, moveInto } from './enter.ts';
import { reopen } from './kept.ts';
import { pageClock } from './page-signs.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import type { Room } from './room.svelte.ts';
import { RoomError } from './view.ts';

/** Its keys are held until it is entered or forgotten. Throws `RoomError`: `gone` for one that has ended, or can't be read, `forgotten` where nothing of it is left. */
export async function openKept(localId: string): Promise<Kept> {
	const sealed = await readKeptRoom(device.onDisk, localId);
	const vault = pageVault();
	// The browser has cleared it, as some do after days without a visit, or it was forgotten in another tab.
	if (sealed === null) {
		dropKept();
		throw new RoomError('forgotten');
	}
	const { kept } = await vault.call('openKept', { deviceKey: await deviceKey(device.onDisk), localId: fromHex(localId), sealed });
	if (kept !== null && kept.endsAt > pageClock.wall()) return kept;
	if (kept !== null) await forgetKey(vault, kept.key);
	await forgetKept(device.onDisk, localId);
	dropKept();
	throw new RoomError('gone');
}

/** Throws `RoomError`: `wrong-password`, `gone`, and `elsewhere` when another tab is in it. */
export async function enterKept(localId: string, kept: Kept, password: string | undefined, signal: AbortSignal): Promise<Room> {
	const vault = pageVault();
	// The same as of a tab that came in by the link.
	const lock = await claimIdentity(kept.storageKey, lockWaitMs);
	const known = password === undefined ? {} : { password };
	try {
		if (lock === null) throw new RoomError('elsewhere');
		if (kept.asks) await vault.call('unlock', { key: kept.key, ...known });
		signal.throwIfAborted();
		const { place, entered } = await reopen({ vault, database: device.onDisk, clock: pageClock }, localId, kept);
		rememberKept(localId);
		const link = formatLink(location.origin, kept.code);
		const room = makeRoom(kept, { ...entered, link, ...known }, { lock, kept: place });
		await begin(room, true, signal);
		moveInto(room);
		return room;
	} catch (error) {
		await forgetKey(vault, kept.key);
		lock?.();
		throw error;
	}
}
