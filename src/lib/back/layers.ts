/**
 * Sheets, menus and views that lie over a page, in the session history: one entry each, so that Back closes the top one and
 * stays. An entry holds nothing but how many lie open. It is written past the router, whose own `pushState` would keep the
 * page's whole address in it: after another link was opened in this tab that is a room's key.
 */
const mark = 'sotto.layers';

/**
 * A traversal that no browser reports in this time is taken as done, in ms. One that is reported after all undoes whatever
 * navigation has begun meanwhile, so it is long: what a room's end has to hide is hidden before.
 */
const patienceMs = 5000;

export type SessionHistory = {
	readonly state: unknown;
	push(state: Readonly<Record<string, unknown>>): void;
	/** Tells of its arrival by `Layers.moved`. */
	go(delta: number): void;
};

type Layer = { readonly close: () => void };

export class Layers {
	readonly #history: SessionHistory;
	#open: readonly Layer[] = [];
	#late: ReturnType<typeof setTimeout> | undefined;
	#due: ReturnType<typeof setTimeout> | undefined;
	#waiting: readonly (() => void)[] = [];

	constructor(history: SessionHistory) {
		this.#history = history;
	}

	/** Whether there are entries above the page's own, or ones that are on their way in or out. */
	get busy(): boolean {
		return this.#open.length + this.#depth > 0 || this.#due !== undefined || this.#late !== undefined;
	}

	/** A layer has opened. What it returns is called when it has closed by itself; `close` is called when Back closes it. */
	add(close: () => void): () => void {
		const layer = { close };
		this.#open = [...this.#open, layer];
		this.#soon();
		return () => {
			this.#open = this.#open.filter((each) => each !== layer);
			this.#soon();
		};
	}

	/** Closes everything, then calls `run`: at once when there is nothing to take back. */
	closed(run: () => void): void {
		this.#closeAbove(0);
		if (!this.busy) return run();
		this.#waiting = [...this.#waiting, run];
		this.#soon();
	}

	/** For a page that was loaded anew at an entry of layers that are no more. @param depth as it stood in the entry then */
	forget(depth: number): void {
		if (depth > 0) this.#go(-depth);
	}

	/** The session history stands at another entry. */
	moved(): void {
		if (this.#late === undefined) this.#closeAbove(this.#depth);
		clearTimeout(this.#late);
		this.#late = undefined;
		this.#settle();
	}

	get #depth(): number {
		return depthOf(this.#history.state);
	}

	#closeAbove(depth: number): void {
		const above = this.#open.slice(depth);
		this.#open = this.#open.slice(0, depth);
		for (const layer of above.toReversed()) layer.close();
	}

	/** Later, since a menu that opens a sheet closes first: the one takes over the entry of the other. */
	#soon(): void {
		this.#due ??= setTimeout(() => this.#settle());
	}

	#settle(): void {
		clearTimeout(this.#due);
		this.#due = undefined;
		if (this.#late !== undefined) return;
		const { state } = this.#history;
		const [has, wanted] = [this.#depth, this.#open.length];
		if (has > wanted) return this.#go(wanted - has);
		for (let depth = has + 1; depth <= wanted; depth++) {
			this.#history.push({ ...(typeof state === 'object' ? state : null), [mark]: depth });
		}
		this.#arrived();
	}

	#go(delta: number): void {
		this.#late = setTimeout(() => this.#arrived(), patienceMs);
		this.#history.go(delta);
	}

	#arrived(): void {
		this.#late = undefined;
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const run of waiting) run();
	}
}

/** How many layers lay open at an entry of the session history. */
export function depthOf(state: unknown): number {
	const depth: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, mark) : 0;
	return typeof depth === 'number' && Number.isSafeInteger(depth) && depth > 0 ? depth : 0;
}
