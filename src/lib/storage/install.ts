/** What this device remembers of the offer to install the app: of rooms only whether there was a second one. */
import { safeStorage } from './safe-storage.ts';
import type { SafeStorage } from './safe-storage.ts';

export type InstallMemo = {
	/** Rooms that were entered on this device; more than two are two. */
	readonly rooms: number;
	/** Unix ms from which it may be offered; `null`: never again. */
	readonly offerFrom: number | null;
};

export const unasked: InstallMemo = { rooms: 0, offerFrom: 0 };

const key = 'epr1.install';
const enough = 2;
const local = safeStorage(() => localStorage);

function parse(text: string): InstallMemo {
	const match = /^([012]) (\d{1,15}|never)$/.exec(text);
	if (match === null) return unasked;
	const [, rooms, from] = match;
	return { rooms: Number(rooms), offerFrom: from === 'never' ? null : Number(from) };
}

export function readInstallMemo(storage: SafeStorage = local): InstallMemo {
	return parse(storage.get(key) ?? '');
}

export function writeInstallMemo({ rooms, offerFrom }: InstallMemo, storage: SafeStorage = local): void {
	storage.set(key, `${Math.min(rooms, enough)} ${offerFrom ?? 'never'}`);
}

/** Whether there were rooms enough, and the person has not said no. `now`: unix ms. */
export function mayOffer({ rooms, offerFrom }: InstallMemo, now: number): boolean {
	return rooms >= enough && offerFrom !== null && now >= offerFrom;
}
