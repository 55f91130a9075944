/** The parts of a room's route. Each is fetched when it is needed: whoever opens a room never sees a gate, and most rooms are not kept. */
import type { KeptGate } from '$lib/room/kept-gate.svelte';
import type GateScreen from './GateScreen.svelte';
import type LinkIncomplete from './LinkIncomplete.svelte';
import type RoomScreen from './RoomScreen.svelte';

type Parts = {
	readonly Gate: typeof GateScreen;
	readonly Incomplete: typeof LinkIncomplete;
	readonly KeptGate: typeof KeptGate;
	readonly Room: typeof RoomScreen;
};

const sources: { readonly [Name in keyof Parts]: () => Promise<Parts[Name]> } = {
	Gate: async () => (await import('./GateScreen.svelte')).default,
	Incomplete: async () => (await import('./LinkIncomplete.svelte')).default,
	KeptGate: async () => (await import('$lib/room/kept-gate.svelte')).KeptGate,
	Room: async () => (await import('./RoomScreen.svelte')).default
};

class PageParts {
	#here = $state.raw<Partial<Parts>>({});
	#failed = $state(false);

	/** Those that have come so far. Reactive. */
	get here(): Partial<Parts> {
		return this.#here;
	}

	/** One that is needed didn't come. Reactive. */
	get failed(): boolean {
		return this.#failed;
	}

	/** Never throws: `failed` says it. */
	async need(name: keyof Parts): Promise<void> {
		try {
			const part = await sources[name]();
			this.#here = { ...this.#here, [name]: part };
			this.#failed = false;
		} catch {
			// Shown as one sentence, with a way to load the page anew.
			this.#failed = true;
		}
	}

	/** Ahead of its being needed. */
	warmRoom(): void {
		// Whoever needs it is told what is wrong.
		sources.Room().catch(() => undefined);
	}
}

export const parts = new PageParts();
