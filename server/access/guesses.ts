/** Slows down who guesses a room's password: docs/PROTOCOL.md §5. Kept for rooms that exist, until they end. */

/** `work`: the next try must carry a proof of work. `locked`: no try is let through now. */
export type Gate = 'open' | 'work' | 'locked';

export type Guesses = {
	/** `ref`: hex of the room's keyed name. */
	gate(ref: string): Gate;
	/** A proof was wrong. Nothing may be awaited between `gate` and this. */
	fail(ref: string): void;
	/** Somebody inside says that joins may go on: all is forgotten. Also called when the room ends. */
	forget(ref: string): void;
};

const recentMs = 600_000;
const failuresBeforeWork = 5;
const failuresBeforeLock = 100;
const lockMs = 3_600_000;
const failuresPerHour = 10;

/** `recent`: times of the newest failures, unix ms. After the first lock, `hour` counts what was let through since `hourFrom`. */
type Count = { recent: readonly number[]; total: number; lockedUntil: number; hour: number; hourFrom: number };

export function createGuesses({ now }: { readonly now: () => number }): Guesses {
	const counts = new Map<string, Count>();
	return {
		gate(ref) {
			const count = counts.get(ref);
			if (count === undefined) return 'open';
			if (now() < count.lockedUntil) return 'locked';
			const recent = count.recent.filter((at) => now() - at < recentMs);
			return recent.length >= failuresBeforeWork ? 'work' : 'open';
		},
		fail(ref) {
			const count = counts.get(ref) ?? { recent: [], total: 0, lockedUntil: 0, hour: 0, hourFrom: 0 };
			counts.set(ref, count);
			note(count, now());
		},
		forget: (ref) => void counts.delete(ref)
	};
}

function note(count: Count, now: number): void {
	count.recent = [...count.recent, now].slice(-failuresBeforeWork);
	count.total++;
	if (count.total < failuresBeforeLock) return;
	if (count.total === failuresBeforeLock) {
		count.lockedUntil = now + lockMs;
		return;
	}
	if (now - count.hourFrom >= lockMs) {
		count.hourFrom = now;
		count.hour = 0;
	}
	count.hour++;
	if (count.hour >= failuresPerHour) count.lockedUntil = count.hourFrom + lockMs;
}
