/** What the gate may know before anybody makes a key: docs/PROTOCOL.md §17. */
import { toHex } from '#protocol/bytes';
import { charge, perMinute } from '../access/rates.ts';
import { Refusal } from '../errors.ts';
import { refOf } from '../keyring/ref.ts';
import type { RoomPorts } from './ports.ts';
import { roomIdSize } from './room.ts';
import { findRoom } from './rows.ts';

export type PeekRequest = { readonly roomId: Uint8Array; readonly prefix: string };
export type Peek = { readonly expiresInMs: number; readonly full: boolean; readonly people: number };

/** Throws `RATE_LIMITED`, `BAD_INPUT`, and `ROOM_GONE` for unknown, ended and purged rooms alike, after the same work. */
export async function peek({ db, keyring, access, limits }: RoomPorts, { roomId, prefix }: PeekRequest): Promise<Peek> {
	charge(access.rates, `peek:${prefix}`, perMinute(limits.peekPerMinute));
	if (roomId.length !== roomIdSize) throw new Refusal('BAD_INPUT');
	const ref = refOf(keyring, roomId);
	const row = await findRoom(db, ref);
	if (row === null) throw new Refusal('ROOM_GONE');
	const full = access.sessions.isFull({ ref: toHex(ref), people: row.people });
	return { expiresInMs: row.expiresInMs, full, people: row.people };
}
