/** What a room takes that stays on this device: whoever keeps none does without this code. */
import { device } from '../storage/database.ts';
import { askToPersist } from '../storage/persist.ts';
import { dropRecord, rememberKept } from '../storage/session-record.ts';
import type { KeyRef } from '../vault/calls.ts';
import type { KeepFacts, Place } from './enter.ts';
import { answerTab } from './follow.ts';
import { KeptRoom } from './kept.ts';
import { sayEverywhere } from './kept-word.ts';
import { pageClock } from './page-signs.ts';
import { pageTabs } from './page-tabs.ts';
import { pageVault } from './page-vault.ts';
import type { Entered } from './ports.ts';
import type { Room } from './room.svelte.ts';

/** Into the same room, which stays here from now on, as who one is: only a new page is in it as in a kept one. */
export async function keepFromNowOn(
	room: Room,
	{ key, storageKey }: Place,
	{ roomName, joined }: Entered,
	facts: KeepFacts
): Promise<void> {
	const { entry, roomStart } = joined;
	askToPersist().catch(() => undefined);
	const name = facts.asks ? '' : roomName;
	const ports = { vault: pageVault(), database: device.onDisk, key, tabsOf: pageTabs };
	const kept = await KeptRoom.begin(ports, { ...facts, startedAt: roomStart, name }, entry.card);
	room.stop();
	try {
		await kept.save();
	} catch (error) {
		await kept.forget().catch(reportError);
		// One that has been stopped is only to be had anew.
		location.reload();
		throw error;
	}
	dropRecord(storageKey);
	rememberKept(kept.localId);
	location.assign('/r');
}

/** What tabs that follow this one ask for, from its beginning on. */
export function heed(room: Room, kept: KeptRoom): void {
	const { tabs } = kept;
	if (tabs === undefined) return;
	const ignore = tabs.hear((word) => {
		if (word.is === 'who') tabs.say({ is: 'here', here: room.here });
		if (word.is === 'ask') answerTab(room, tabs, word).catch(reportError);
		if (word.is === 'seen') kept.shelf.seen(word.row, word.endsAt);
		if (word.is === 'renamed') kept.rename(word.name).then(() => sayEverywhere({ is: 'changed' }), reportError);
		if (word.is === 'leave') room.leave().catch(reportError);
		// Whoever asked for it waits for the end, and says that it did not come.
		if (word.is === 'purge') room.purge().catch(() => undefined);
	});
	kept.atEnd(
		ignore,
		room.watchHere((here) => tabs.say({ is: 'here', here }))
	);
}

/** What `enter` has found out is written down, under the device's key, before anything is said. */
export async function keepHere(key: KeyRef, asks: boolean, { joined, roomName }: Entered): Promise<KeptRoom> {
	const { entry, roomStart } = joined;
	const facts = { asks, endsAt: pageClock.wall() + entry.expiresInMs, lastRead: entry.headSeq, startedAt: roomStart };
	// Where it is refused it is kept as long as the browser likes.
	askToPersist().catch(() => undefined);
	// Where the password is asked for, nothing here may tell what it protects.
	return KeptRoom.begin(
		{ vault: pageVault(), database: device.onDisk, key, tabsOf: pageTabs },
		{ ...facts, name: asks ? '' : roomName },
		entry.card
	);
}
