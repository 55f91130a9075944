/** A room's sealed secrets, with the keys cleared away after each use: docs/PROTOCOL.md §6. */
import type { Keyring, SlotKeys } from '../keyring/keyring.ts';
import { refOf } from '../keyring/ref.ts';
import { seal, unseal } from '../keyring/seal.ts';
import type { SealContents, SealPlace } from '../keyring/seal.ts';
import type { RoomRow } from './rows.ts';

const ivSize = 12;

type NewSeal = {
	readonly place: SealPlace;
	readonly slot: number;
	/** The name of the place's room under `refKey`. */
	readonly ref: Uint8Array;
	readonly contents: SealContents;
	readonly randomBytes: (size: number) => Uint8Array;
};

/** 108 bytes. Throws when the slot isn't there: it was reserved a moment ago. */
export async function sealContents(keyring: Keyring, { place, slot, ref, contents, randomBytes }: NewSeal): Promise<Uint8Array> {
	const keys = await keyring.read(place.epochHour, slot, ref);
	if (keys === null) throw new Error('keyring: the reserved slot is not there');
	return cleared(keys, () => seal(keys, place, contents, randomBytes(ivSize)));
}

/** `null` when the keys are gone: so is the room. */
export async function openContents(
	keyring: Keyring,
	roomId: Uint8Array,
	{ byte0, epoch, slot, sealed }: Pick<RoomRow, 'byte0' | 'epoch' | 'slot' | 'sealed'>
): Promise<SealContents | null> {
	const keys = await keyring.read(epoch, slot, refOf(keyring, roomId));
	return keys === null ? null : cleared(keys, () => unseal(keys, { roomId, byte0, epochHour: epoch }, sealed));
}

function cleared<Result>(keys: SlotKeys, use: () => Result): Result {
	try {
		return use();
	} finally {
		keys.epochKey.fill(0);
		keys.slotKey.fill(0);
	}
}
