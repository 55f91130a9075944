/** The rooms that stay on this device, for pages that mostly have none: what reads and shows them is loaded where there may be some. */
import { untrack } from 'svelte';
import type { KeptListed, Lost, keptList } from '$lib/room/kept-list.svelte';
import { mayKeep } from '$lib/room/support';
import type KeptRow from './KeptRow.svelte';

type Parts = { readonly list: typeof keptList; readonly Row: typeof KeptRow };

class KeptRooms {
	#parts = $state.raw<Parts | null>(null);
	#loading: Promise<Parts> | null = null;

	get rooms(): readonly KeptListed[] {
		return this.#parts?.list.rooms ?? [];
	}

	/** Messages that went unsent with rooms that have ended. */
	get lost(): readonly Lost[] {
		return this.#parts?.list.lost ?? [];
	}

	/** `null` while there is no room to show in one. */
	get Row(): Parts['Row'] | null {
		return this.#parts?.Row ?? null;
	}

	/** Never throws: what can't be read is not shown. */
	async read(): Promise<void> {
		if (!(await mayKeep(() => indexedDB))) return;
		try {
			const { list } = await this.#load();
			await list.read();
		} catch (error) {
			reportError(error);
		}
	}

	/** Looks after them from now on, if there are any. Resolves to what ends it. */
	async watch(): Promise<() => void> {
		await this.read();
		if (this.#parts === null) return () => undefined;
		const { keptWatch } = await import('$lib/room/kept-watch');
		const unwatch = this.#parts.list.watch();
		keptWatch.start();
		return () => {
			unwatch();
			keptWatch.stop();
		};
	}

	told(): void {
		untrack(() => this.#parts?.list.told());
	}

	async forgetAll(): Promise<void> {
		await this.#parts?.list.forgetAll();
	}

	async #load(): Promise<Parts> {
		this.#loading ??= load();
		return (this.#parts ??= await this.#loading);
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
