/** The browser's signs that a stay in a room lives by. */
import type { PageEvent, PageSigns } from './ports.ts';
import { pause } from './timers.ts';

/** Frames are not drawn in a hidden page; then this is when the work is done. */
const withoutFrameMs = 100;

function beforeFrame(run: () => void): void {
	let done = false;
	const once = () => {
		if (done) return;
		done = true;
		run();
	};
	requestAnimationFrame(once);
	setTimeout(once, withoutFrameMs);
}

function watch(listener: (event: PageEvent) => void): () => void {
	const ended = new AbortController();
	const { signal } = ended;
	document.addEventListener('visibilitychange', () => listener(document.hidden ? 'hidden' : 'visible'), { signal });
	addEventListener('online', () => listener('online'), { signal });
	// A tab that was frozen out of sight goes on there: whatever it was connected to may be gone.
	document.addEventListener('resume', () => listener('online'), { signal });
	addEventListener('offline', () => listener('offline'), { signal });
	return () => ended.abort();
}

export const pageSigns: PageSigns = {
	isHidden: () => document.hidden,
	isOnline: () => navigator.onLine,
	watch,
	beforeFrame
};

/** Resolves after `ms`, or as soon as there is a network again. */
export async function restOffline(ms: number): Promise<void> {
	const rest = pause(ms);
	const unwatch = watch((event) => event === 'online' && rest.cancel());
	await rest.done;
	unwatch();
}

export const pageClock = { now: () => performance.now(), wall: () => Date.now() };
