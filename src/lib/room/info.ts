/** What this server offers, for the form on the home page. */
import { readInfo } from '../api/rooms';
import type { Info } from '../api/rooms';
import { toRoomError } from './problems';
import { pageServer } from './server';

export type Offer = Info;

/** Throws `RoomError`: `server-away`, `too-fast` or `unexpected`. */
export async function readOffer(): Promise<Offer> {
	try {
		return await readInfo(pageServer());
	} catch (error) {
		throw toRoomError(error);
	}
}
