/** Whether this server has plans, for every page's frame; `null` while nobody knows. */
class PlansShown {
	#on = $state<boolean | null>(null);

	get on(): boolean | null {
		return this.#on;
	}

	set on(on: boolean) {
		this.#on = on;
	}
}

export const plansShown = new PlansShown();
