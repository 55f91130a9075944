/** Waits until a page has nothing better to do: work that nobody asked for yet is not to be in anybody's way. */

const quietMs = 2000;
/** Whoever types on and on is not to wait afterwards: the work is done beside the page, and it is drawn by now. */
const latestMs = 4000;
/** What a person does on a page. */
const input = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove'] as const;

export type Surroundings = {
	/** A person who pays for each byte, or whose battery is low, has asked for no work ahead. */
	readonly savesData: () => boolean;
	readonly isHidden: () => boolean;
	readonly isOnline: () => boolean;
	/** Calls back whenever any of them may have changed, or the person did something. Returns the function that ends it. */
	readonly watch: (stirred: () => void) => () => void;
};

/** TypeScript's DOM doesn't know it: Chromium's Network Information API. */
function savesData(): boolean {
	const connection: unknown = Reflect.get(navigator, 'connection');
	return typeof connection === 'object' && connection !== null && Reflect.get(connection, 'saveData') === true;
}

function watch(stirred: () => void): () => void {
	const ended = new AbortController();
	const options = { signal: ended.signal, capture: true, passive: true };
	for (const name of input) addEventListener(name, stirred, options);
	for (const name of ['online', 'offline'] as const) addEventListener(name, stirred, options);
	document.addEventListener('visibilitychange', stirred, options);
	return () => ended.abort();
}

export const page: Surroundings = {
	savesData,
	isHidden: () => document.hidden,
	isOnline: () => navigator.onLine,
	watch
};

/**
 * Runs `begin` once, after 2 s without input or 4 s in all, in a page that is seen and online; never under data saver. Returns what
 * stops it.
 */
export function whenQuiet(begin: () => void, around: Surroundings = page): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const isFit = () => !around.savesData() && !around.isHidden() && around.isOnline();
	const attempt = (): void => {
		// What stands against it now is told when it changes.
		if (!isFit()) return;
		stop();
		begin();
	};
	const wait = (): void => {
		clearTimeout(timer);
		timer = setTimeout(attempt, quietMs);
	};
	const unwatch = around.watch(wait);
	const latest = setTimeout(attempt, latestMs);
	const stop = (): void => {
		clearTimeout(timer);
		clearTimeout(latest);
		unwatch();
	};
	wait();
	return stop;
}
