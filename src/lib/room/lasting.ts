/** How long a room still lasts, by whichever of two clocks went further: docs/PROTOCOL.md §15. A sleeping device stops the one, a person may set the other. Pure. */
import type { Clock } from './ports.ts';

export type Lasting = {
	/** Unix ms by this device's clock. */
	readonly endsAt: number;
	/** Never negative. */
	leftMs(): number;
	/** By the monotonic clock alone, which nobody sets and a sleep stops. Never negative. */
	steadyLeftMs(): number;
	/** The wall clock has gone ahead of the other by more than clocks do: a sleep, or a hand that set it. */
	hasJumped(): boolean;
	/** From what the server says now. It never lasts longer than the monotonic clock, which nobody sets, allows. */
	again(lastsMs: number): Lasting;
};

const jumpMs = 2000;

/** `lastsMs`: from now, as the server said. */
export function startLasting(clock: Clock, lastsMs: number): Lasting {
	const [now, wall] = [clock.now(), clock.wall()];
	const [elapsed, wallElapsed] = [() => clock.now() - now, () => clock.wall() - wall];
	return {
		endsAt: wall + lastsMs,
		leftMs: () => Math.max(0, lastsMs - Math.max(elapsed(), wallElapsed())),
		steadyLeftMs: () => Math.max(0, lastsMs - elapsed()),
		hasJumped: () => wallElapsed() - elapsed() > jumpMs,
		again: (freshMs) => startLasting(clock, Math.min(freshMs, lastsMs - elapsed()))
	};
}

/** `serverNow`: as the server has just said, unix ms. Gives the same clock at any later time, by the rule of `startLasting`. */
export function startServerClock(clock: Clock, serverNow: number): () => number {
	const [now, wall] = [clock.now(), clock.wall()];
	return () => serverNow + Math.max(clock.now() - now, clock.wall() - wall);
}

/** What the ring shows: whole minutes, whole seconds in the last minute; a step more often would be noise. */
export function ringStep(leftMs: number): number {
	const step = leftMs > 60_000 ? 60_000 : 1000;
	return Math.ceil(leftMs / step) * step;
}
