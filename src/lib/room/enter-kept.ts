/** Into a room that stays on this device, with or without a way to the server: docs/PROTOCOL.md §15. */
import { formatLink } from '#protocol/invite';
import { ProtocolError } from '#protocol/errors';
import { fromHex } from '#protocol/bytes';
import { device } from '../storage/database.ts';
import { deviceKey } from '../storage/device-key.ts';
import { claimIdentity } from '../storage/identity-lock.ts';
import { forgetKept, readKeptRoom } from '../storage/kept.ts';
import { dropKept, rememberKept } from '../storage/session-record.ts';
import type { Kept } from '../vault/calls.ts';
import { begin, lockWaitMs, makeRoom, moveInto } from './enter.ts';
import { KeptRoom, readShelf } from './kept.ts';
import { pageClock } from './page-signs.ts';
import { forgetKey, pageVault } from './page-vault.ts';
import type { Entered, Known } from './ports.ts';
import type { Room } from './room.svelte.ts';
import { RoomError } from './view.ts';

const sessionSize = 32;

/** Its keys are held until it is entered or forgotten. Throws `RoomError` `gone` for one that has ended, or can't be read. */
export async function openKept(localId: string): Promise<Kept> {
	const sealed = await readKeptRoom(device, localId);
	const vault = pageVault();
	const { kept } =
		sealed === null
			? { kept: null }
			: await vault.call('openKept', { deviceKey: await deviceKey(device), localId: fromHex(localId), sealed });
	if (kept !== null && kept.endsAt > pageClock.wall()) return kept;
	if (kept !== null) await forgetKey(vault, kept.key);
	await forgetKept(device, localId);
	dropKept();
	throw new RoomError('gone');
}

/** The lock on who one is there, by the room's name on this device. */
const lockName = (localId: string) => `epr1.kept.${localId}`;

/** Throws `RoomError`: `wrong-password`, `exists` when another tab is in it. */
export async function enterKept(localId: string, kept: Kept, password: string | undefined, signal: AbortSignal): Promise<Room> {
	const vault = pageVault();
	const { key, code, mode, author, shard, shardTag } = kept;
	const lock = await claimIdentity(lockName(localId), lockWaitMs);
	try {
		if (lock === null) throw new RoomError('exists');
		if (kept.asks) await vault.call('unlock', { key, ...(password === undefined ? {} : { password }) });
		signal.throwIfAborted();
		const shelf = await readShelf(device, localId);
		if (shelf === null) throw new RoomError('gone');
		const inside = await vault.call('enter', { key, shard, shardTag, card: shelf.card, author }).catch(asWrongPassword);
		const { endsAt, lastRead, startedAt, name, asks } = kept;
		const place = await KeptRoom.goOn({ vault, database: device, key }, localId, { asks, endsAt, lastRead, startedAt, name });
		rememberKept(localId);
		const unsent = kept.unsent.map((envelope) => new Uint8Array(envelope));
		const known = password === undefined ? {} : { password };
		const joined = knownOf(kept, { ...shelf, card: shelf.card });
		const entered: Entered = { key, link: formatLink(location.origin, code), mode, author, unsent, joined, ...known, ...inside };
		const room = makeRoom(kept, entered, { lock, kept: place });
		await begin(room, true, signal);
		moveInto(room);
		return room;
	} catch (error) {
		await forgetKey(vault, key);
		lock?.();
		throw error;
	}
}

/** The shard was right when it was kept: what doesn't fit is the password. */
function asWrongPassword(error: unknown): never {
	throw error instanceof ProtocolError && error.code === 'SHARD_TAG' ? new RoomError('wrong-password') : error;
}

/** What is known of it until the server answers. */
function knownOf(kept: Kept, { card, headSeq }: NonNullable<Awaited<ReturnType<typeof readShelf>>>): Known {
	const { shard, shardTag, startedAt, endsAt, session } = kept;
	const now = pageClock.wall();
	const entry: Known['entry'] = {
		...{ shard, shardTag, card, headSeq, used: headSeq },
		session: session.length === 0 ? new Uint8Array(sessionSize) : new Uint8Array(session),
		tag: '',
		ageMs: now - startedAt,
		expiresInMs: endsAt - now,
		people: 0,
		plan: 'free'
	};
	return { entry, serverNow: () => pageClock.wall(), roomStart: startedAt };
}
