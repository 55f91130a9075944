/** PURE. coturn's time-limited credentials (`use-auth-secret`, draft-uberti-behave-turn-rest-00): docs/PROTOCOL.md §13. */
import { createHmac } from 'node:crypto';
import { toHex } from '#protocol/bytes';
import type { Rate } from '#protocol/limits';

/** The operator's relay: its addresses as browsers take them (RFC 7065), and the secret that it shares with us. */
export type Turn = { readonly urls: readonly string[]; readonly secret: string };

export type TurnCredentials = {
	readonly urls: readonly string[];
	/** `<expiry, unix seconds>:<16 hex digits>`: nothing in it tells who it was made for. */
	readonly username: string;
	readonly credential: string;
};

export const nameSize = 8;
const mostMs = 20 * 60_000;
const quarterOfAnHour = (count: number): Rate => ({ perSecond: count / 900, burst: count });
/** So many in a quarter of an hour, which may come at once. */
export const turnRates = {
	session: quarterOfAnHour(4),
	/** With all that took its place, as reloads do. */ person: quarterOfAnHour(12)
};

/** Times in unix ms. `name`: 8 random bytes. */
export function makeCredentials(
	{ urls, secret }: Turn,
	{ now, roomEndsAt, name }: { readonly now: number; readonly roomEndsAt: number; readonly name: Uint8Array }
): TurnCredentials {
	const expiry = Math.floor(Math.min(roomEndsAt, now + mostMs) / 1000);
	const username = `${expiry}:${toHex(name)}`;
	return { urls, username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
