/** What this server offers, for the form on the home page. */
import { readInfo } from '../api/rooms.ts';
import type { Info } from '../api/rooms.ts';
import { toRoomError } from './problems.ts';
import { pageServer } from './page-server.ts';

export type Offer = Info;

/** Throws `RoomError`: `server-away`, `too-fast` or `unexpected`. */
export async function readOffer(): Promise<Offer> {
	try {
		return await readInfo(pageServer().http);
	} catch (error) {
		throw toRoomError(error);
	}
}
