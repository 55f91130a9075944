/** What this page's server offers, asked for once for all pages. */
import type { Offer } from '$lib/room/info';
import { plansShown } from '$lib/ui/plans.svelte';

class PageOffer {
	#held = $state.raw<Offer | null>(null);
	#failed = $state(false);
	#asking: Promise<void> | null = null;

	/** `null` until the server has answered. */
	get held(): Offer | null {
		return this.#held;
	}

	/** It was asked, and gave no answer. */
	get failed(): boolean {
		return this.#failed;
	}

	/** Never throws: without an answer it is asked again the next time. */
	read(): Promise<void> {
		this.#asking ??= this.#read().finally(() => (this.#asking = null));
		return this.#asking;
	}

	async #read(): Promise<void> {
		if (this.#held !== null) return;
		try {
			const { readOffer } = await import('$lib/room/info');
			this.#held = await readOffer();
			plansShown.on = this.#held.plansOn;
			this.#failed = false;
		} catch {
			// Offline, or the server is away: nothing is known of its plans.
			this.#held = null;
			this.#failed = true;
		}
	}
}

export const pageOffer = new PageOffer();
