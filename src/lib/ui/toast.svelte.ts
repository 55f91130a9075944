/** One short message at a time, at the edge of the screen. What stays until it is answered waits behind the others. */

export type ToastText = {
	readonly text: string;
	readonly action?: { readonly label: string; readonly run: () => void };
	/** Stays until it is answered or closed. */
	readonly stays?: boolean;
	/** A later one about the same takes its place; absent: one with the same text. */
	readonly about?: string;
};

/** How long a toast that nobody touches is shown. */
export const toastMs = 6000;

class Toaster {
	#passing = $state.raw<ToastText | null>(null);
	#staying = $state.raw<readonly ToastText[]>([]);

	get current(): ToastText | null {
		return this.#passing ?? this.#staying[0] ?? null;
	}

	/** Takes the place of a passing one, or of one about the same. */
	show(toast: ToastText): void {
		if (toast.stays !== true) this.#passing = toast;
		else this.#staying = [...this.#staying.filter((each) => (each.about ?? each.text) !== (toast.about ?? toast.text)), toast];
	}

	/** The one that is shown. */
	close(): void {
		if (this.#passing !== null) this.#passing = null;
		else this.#staying = this.#staying.slice(1);
	}
}

export const toaster = new Toaster();
