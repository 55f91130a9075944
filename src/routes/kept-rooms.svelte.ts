/** The rooms that stay on this device, for pages that mostly have none: what reads and shows them is loaded where there may be some. */
import { untrack } from 'svelte';
import { preloadCode, preloadData } from '$app/navigation';
import { current } from '$lib/room/current.svelte';
import type { KeptListed, keptList } from '$lib/room/kept-list.svelte';
import { hasKept } from '$lib/room/kept-ahead';
import type { Lost } from '$lib/room/kept-word';
import { pause } from '$lib/room/timers';
import type KeptRow from './KeptRow.svelte';

/** A database that doesn't open keeps nobody from opening a room. */
const soonMs = 1500;

type Parts = { readonly list: typeof keptList; readonly Row: typeof KeptRow };

class KeptRooms {
	/** `shown` would resolve now. */
	isShown = $state(false);
	#parts = $state.raw<Parts | null>(null);
	#loading: Promise<Parts> | null = null;
	/** What the first reading begins with. */
	#ahead: Promise<boolean> | null = null;
	#isRead = (): void => undefined;
	/** Made without `withResolvers`: this runs in browsers too that are told that they are too old. */
	readonly #read = new Promise<void>((resolve) => (this.#isRead = resolve));
	/** Of whoever wants them looked after, until somebody does. */
	#signal: AbortSignal | null = null;
	/** One function, so that the same wish is held once. */
	readonly #readAgain = (): void => void this.read();

	get rooms(): readonly KeptListed[] {
		return this.#parts?.list.rooms ?? [];
	}

	/** There may be some that can't be read. */
	get failed(): boolean {
		return this.#parts?.list.failed ?? false;
	}

	/** Messages that went unsent with rooms that have ended. */
	get lost(): readonly Lost[] {
		return this.#parts?.list.lost ?? [];
	}

	/** `null` while there is no room to show in one. */
	get Row(): Parts['Row'] | null {
		return this.#parts?.Row ?? null;
	}

	/** Resolves when those that are here stand in the list, there are none, or soon: what takes its time is begun after them. */
	get shown(): Promise<unknown> {
		return Promise.race([this.#read, pause(soonMs).done]);
	}

	/** Where there are some, begins to load what `read` waits for while the page is still being drawn. */
	async warm(): Promise<void> {
		this.#ahead = hasKept();
		// Whoever reads is told what is wrong.
		if (await this.#ahead) void this.#load();
	}

	/** Never throws: what can't be read is not shown. */
	async read(): Promise<void> {
		setTimeout(() => (this.isShown = true), soonMs);
		try {
			const ahead = this.#ahead;
			this.#ahead = null;
			if (this.#loading === null && !(await (ahead ?? hasKept()))) return;
			// Where they lead, too: it is fetched again when it is gone to.
			(current.room === null ? preloadData('/r') : preloadCode('/r')).catch(() => undefined);
			const parts = await this.#load();
			await parts?.list.read();
			// Looking after them may take longer.
			this.isShown = true;
			if (parts === null || (this.rooms.length > 0 && !(await this.#lookAfter(parts.list)))) this.#readLater();
		} finally {
			this.#isRead();
			this.isShown = true;
		}
	}

	/** Looks after them, as soon as there are any, until `signal` says that the page goes. */
	watch(signal: AbortSignal): Promise<void> {
		this.#signal = signal;
		return this.read();
	}

	told(): void {
		untrack(() => this.#parts?.list.told());
	}

	async forgetAll(): Promise<void> {
		await this.#parts?.list.forgetAll();
	}

	/** `false` when the code for it didn't come. */
	async #lookAfter(list: Parts['list']): Promise<boolean> {
		const watching = this.#signal && (await import('$lib/room/kept-watch').catch(() => null));
		if (this.#signal !== null && watching === null) return false;
		const signal = this.#signal;
		this.#signal = null;
		if (watching === null || signal === null || signal.aborted) return true;
		signal.addEventListener('abort', list.watch());
		watching.keptWatch.start(signal);
		return true;
	}

	/** The code is with the server until the app has its copy, and may have to wait for a network. */
	#readLater(): void {
		addEventListener('online', this.#readAgain, { once: true });
	}

	/** `null` when the code didn't come. */
	async #load(): Promise<Parts | null> {
		this.#loading ??= load();
		try {
			return (this.#parts ??= await this.#loading);
		} catch {
			this.#loading = null;
			return null;
		}
	}
}

async function load(): Promise<Parts> {
	const [{ keptList: list }, { default: Row }] = await Promise.all([
		import('$lib/room/kept-list.svelte'),
		import('./KeptRow.svelte')
	]);
	return { list, Row };
}

export const keptRooms = new KeptRooms();
