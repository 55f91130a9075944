/** How a room ends on this device, and what a page may know of it afterwards. */
import type { Ending } from './view';

/** For /ended: why the room ended; survives a reload. `null` when this tab has seen none end. */
export function readEnding(): Exclude<Ending, 'left'> | null {
	return null;
}

/** For the home page: true once after a room was left on this device. */
export function takeFarewell(): boolean {
	return false;
}

/** "Erase this device": leaves the room, forgets every key, setting and cache of this site, then opens the home page anew. */
export async function forgetDevice(): Promise<void> {
	await Promise.resolve();
}
