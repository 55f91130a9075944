/** The copy of the app that this browser keeps (src/sw.ts): kept from the first visit on, and exchanged when the person says so. */
import { registerServiceWorker } from '../vault/worker-url.ts';
import { holdPageLock } from './page-lock.ts';

/** A tab that stays open for days hears of a new version too. */
const lookAgainMs = 3_600_000;
/** A first copy that could not be made whole is tried again after so long, and then twice as long each time. */
const firstAgainMs = 5000;

class Update {
	#ready = $state(false);
	#registration: ServiceWorkerRegistration | null = null;
	#asked = false;
	#again: ReturnType<typeof setTimeout> | undefined;
	#againMs = firstAgainMs;

	/** A newer version lies in this browser, whole, and waits to be used. */
	get ready(): boolean {
		return this.#ready;
	}

	/**
	 * Keeps this version, and looks for newer ones. `exchanged`: this page is of the version before now; it goes on working until
	 * it is loaded anew. `asked`: from this tab. Returns what ends it.
	 */
	watch(exchanged: (asked: boolean) => void): () => void {
		if (!('serviceWorker' in navigator)) return () => undefined;
		holdPageLock();
		const ended = new AbortController();
		const { signal } = ended;
		// The first one takes a page over that it is the same version as.
		let controlled = navigator.serviceWorker.controller !== null;
		navigator.serviceWorker.addEventListener(
			'controllerchange',
			() => {
				this.#ready = false;
				if (controlled) exchanged(this.#asked);
				controlled = true;
			},
			{ signal }
		);
		document.addEventListener('visibilitychange', () => document.hidden || this.#look(), { signal });
		const timer = setInterval(() => this.#look(), lookAgainMs);
		void this.#register(signal);
		return () => {
			ended.abort();
			clearInterval(timer);
			clearTimeout(this.#again);
		};
	}

	/** In all tabs. `false` when it has been taken already. */
	apply(): boolean {
		const waiting = this.#registration?.waiting ?? null;
		this.#asked = waiting !== null;
		waiting?.postMessage('apply');
		return this.#asked;
	}

	async #register(signal: AbortSignal): Promise<void> {
		let registration: ServiceWorkerRegistration;
		try {
			registration = await registerServiceWorker();
		} catch {
			return; // A browser that keeps nothing, as in a private window: the app works as long as there is a server.
		}
		if (signal.aborted) return;
		this.#registration = registration;
		this.#note(registration);
		this.#follow(registration, signal);
		void this.#join();
		registration.addEventListener('updatefound', () => this.#follow(registration, signal), { signal });
	}

	/** A page that was on its way when the first copy began to work is nobody's: it asks for that. */
	async #join(): Promise<void> {
		const { active } = await navigator.serviceWorker.ready;
		if (navigator.serviceWorker.controller === null) active?.postMessage('claim');
	}

	#follow(registration: ServiceWorkerRegistration, signal: AbortSignal): void {
		const { installing } = registration;
		const changed = () => {
			this.#note(registration);
			if (installing?.state === 'redundant' && registration.active === null) this.#tryAgain(signal);
		};
		installing?.addEventListener('statechange', changed, { signal });
	}

	/** The browser has thrown away what was incomplete, and begins only when it is told to. */
	#tryAgain(signal: AbortSignal): void {
		clearTimeout(this.#again);
		this.#again = setTimeout(() => void this.#register(signal), this.#againMs);
		this.#againMs = Math.min(2 * this.#againMs, lookAgainMs);
	}

	#note(registration: ServiceWorkerRegistration): void {
		this.#ready = registration.waiting !== null && navigator.serviceWorker.controller !== null;
	}

	#look(): void {
		// Offline it is asked the next time.
		this.#registration?.update().catch(() => undefined);
	}
}

export const update = new Update();
