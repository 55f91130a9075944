/** One short message at a time, at the edge of the screen. */

export type ToastText = {
	readonly text: string;
	readonly action?: { readonly label: string; readonly run: () => void };
	/** Stays until it is answered or closed. */
	readonly stays?: boolean;
};

/** How long a toast that nobody touches is shown. */
export const toastMs = 6000;

class Toaster {
	#current = $state<ToastText | null>(null);

	get current(): ToastText | null {
		return this.#current;
	}

	/** Takes the place of the one before. */
	show(toast: ToastText): void {
		this.#current = toast;
	}

	close(): void {
		this.#current = null;
	}
}

export const toaster = new Toaster();
