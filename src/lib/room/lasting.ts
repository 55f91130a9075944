/** How long a room still lasts, by whichever of two clocks went further: docs/PROTOCOL.md §15. A sleeping device stops the one, a person may set the other. Pure. */
import type { Clock } from './ports.ts';

export type Lasting = {
	/** Unix ms by this device's clock. */
	readonly endsAt: number;
	/** Never negative. */
	leftMs(): number;
};

/** `lastsMs`: from now, as the server said. */
export function startLasting(clock: Clock, lastsMs: number): Lasting {
	const [now, wall] = [clock.now(), clock.wall()];
	return {
		endsAt: wall + lastsMs,
		leftMs: () => Math.max(0, lastsMs - Math.max(clock.now() - now, clock.wall() - wall))
	};
}

/** What the ring shows: whole minutes, whole seconds in the last minute; a step more often would be noise. */
export function ringStep(leftMs: number): number {
	const step = leftMs > 60_000 ? 60_000 : 1000;
	return Math.ceil(leftMs / step) * step;
}
