/** What this server offers, for the form on the home page and for a hello. */
import { readInfo } from '../api/rooms.ts';
import type { Info } from '../api/rooms.ts';
import { toRoomError } from './problems.ts';
import { pageServer } from './page-server.ts';
import { RoomError } from './view.ts';

export type Offer = Info;

let first: Info | null = null;

/** Throws `RoomError`: `server-away`, `too-fast` or `unexpected`. */
export async function readOffer(): Promise<Offer> {
	try {
		const info = await readInfo(pageServer().http);
		first ??= info;
		return info;
	} catch (error) {
		throw toRoomError(error);
	}
}

/** The page's first answer, from when it was loaded: the later one asks, the more the server knows of whom it answers. `null` without any. */
export async function firstOffer(): Promise<Offer | null> {
	if (first !== null) return first;
	try {
		return await readOffer();
	} catch (error) {
		if (error instanceof RoomError) return null;
		throw error;
	}
}
